/**
 * Writes the JSON Schemas of the policy files from their classes: `policies/*.schema.json`, by which editors complete and
 * check them.
 *
 * Build first: `node tools/build/build.mjs && node libs/policy/generate.mjs`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { editorSchemas } from './dist/index.js';

const folder = join(import.meta.dirname, '../../policies');
const style = await resolveConfig(import.meta.filename);
for (const [name, schema] of Object.entries(editorSchemas()))
  writeFileSync(join(folder, name), await format(JSON.stringify(schema), { ...style, parser: 'json' }));
