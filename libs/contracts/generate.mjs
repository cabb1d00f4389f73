/**
 * Writes what libs/contracts publishes for others, from the event classes: `schemas/<type>.json` (JSON Schema 2020-12 of
 * each event), `asyncapi.json` (AsyncAPI 3), and for an event type that has none yet `fixtures/<type>.schema.json`, the
 * schema as it was first released, which is never overwritten.
 *
 * Build first: `node tools/build/build.mjs && node libs/contracts/generate.mjs`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { asyncApiDocument, EVENT_DATA, EVENT_VERSION, eventSchema } from './dist/index.js';

const here = (path) => join(import.meta.dirname, path);
const style = await resolveConfig(import.meta.filename);

async function write(path, json) {
  writeFileSync(here(path), await format(JSON.stringify(json), { ...style, parser: 'json' }));
}

rmSync(here('schemas'), { recursive: true, force: true });
mkdirSync(here('schemas'));
const examples = {};
for (const topic of Object.keys(EVENT_DATA)) {
  const name = `${topic}.v${EVENT_VERSION[topic]}`;
  const schema = eventSchema(topic);
  await write(`schemas/${name}.json`, schema);
  if (!existsSync(here(`fixtures/${name}.schema.json`))) await write(`fixtures/${name}.schema.json`, schema);
  if (existsSync(here(`fixtures/${name}.json`)))
    examples[topic] = JSON.parse(readFileSync(here(`fixtures/${name}.json`), 'utf8')).value;
}
await write('asyncapi.json', asyncApiDocument(examples));
