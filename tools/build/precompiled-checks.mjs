/**
 * Puts the checks of all events, and of the documents that libraries take at their doors, into the bundle as code: to
 * compile them took a third of what a service did at its start.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { _ } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';

const PLACE = /[\\/]libs[\\/]contracts[\\/]dist[\\/]checks[\\/]precompiled\.js$/;

const imported = (root, ...path) => import(pathToFileURL(join(root, ...path)));

/** What is checked at all: name, schema, options. */
async function wantedChecks(root) {
  const contracts = await imported(root, 'libs', 'contracts', 'dist', 'index.js');
  const { checkName } = await imported(root, 'libs', 'contracts', 'dist', 'checks', 'schema-check.js');
  // Declares its doors as it is loaded.
  await imported(root, 'libs', 'policy', 'dist', 'index.js');
  const events = Object.keys(contracts.EVENT_DATA).map((topic) => ({
    schema: contracts.eventSchema(topic),
    options: {},
  }));
  return [...events, ...contracts.doorSchemas()].map(({ schema, options }) => ({
    name: checkName(schema, options),
    schema,
    options,
  }));
}

/** @param root the folder of the workspace, built */
export const precompiledChecks = (root) => ({
  name: 'precompiled checks',
  setup(bundle) {
    bundle.onLoad({ filter: PLACE }, async ({ path }) => {
      const { newAjv } = await imported(root, 'libs', 'contracts', 'dist', 'checks', 'schema-check.js');
      const checks = await wantedChecks(root);
      const code = checks.map(({ name, schema, options }) => {
        const ajv = newAjv({ ...options, code: { source: true, lines: false, formats: _`formats` } });
        const check = standaloneCode.default(ajv, ajv.compile(schema));
        return `const ${name} = (() => {\nconst module = { exports: undefined };\n${check.replace('"use strict";', '')}\nreturn module.exports;\n})();`;
      });
      return {
        contents: [
          `import { formats } from './formats.js';`,
          ...code,
          `export const precompiled = { ${checks.map(({ name }) => name).join(', ')} };`,
        ].join('\n'),
        resolveDir: join(path, '..'),
        loader: 'js',
      };
    });
  },
});
