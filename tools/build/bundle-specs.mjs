/**
 * Puts all specs of a level into one file, `dist/LEVEL/specs.cjs`, and beside it files that each run some of them,
 * every spec in a `describe` of its own name. Jest gives each file a world of its own and loads all modules into it
 * again, which for a file of one spec can take longer than its tests.
 *
 * @param level (as an argument) unit or int
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import { build } from 'esbuild';
import { optionalPackages } from './optional-packages.mjs';
import { swcOptions } from './swc-options.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Specs per file: enough to share the loading, few enough to keep two workers busy until the end. */
const TOGETHER = { unit: 30, int: 6 };
const level = process.argv[2];
if (!(level in TOGETHER)) throw new Error(`which level? ${Object.keys(TOGETHER).join(' or ')}`);
const folder = join(root, 'dist', level);
const SPEC = new RegExp(`\\.${level}\\.spec\\.tsx?$`);
/** Left to Jest: its own, what must be there once, and what reaches its own insides by file name. */
const APART = [
  '@jest/globals',
  'reflect-metadata',
  'class-transformer',
  'kafkajs',
  'testcontainers',
  '@asyncapi/parser',
  'playwright-core',
  'axe-core',
];

/** `import.meta` of a source stays that of the source, which finds by it what lies beside it. */
const sources = {
  name: 'sources',
  setup(bundle) {
    bundle.onLoad({ filter: /\/(apps|libs|tools)\/[^/]+\/src\/.*\.tsx?$/ }, ({ path }) => {
      const { code } = transformSync(readFileSync(path, 'utf8'), { ...swcOptions, filename: path });
      const own = { url: pathToFileURL(path).href, dirname: dirname(path), filename: path };
      const contents = code.replaceAll(/\bimport\.meta\.(url|dirname|filename)\b/g, (_, key) =>
        JSON.stringify(own[key]),
      );
      return { contents, loader: 'js' };
    });
  },
};

function* chunksOf(list, size) {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}

/** The specs of one package after the other, in groups of which none spans two packages. */
function groupsOfSpecs() {
  const packages = ['apps', 'libs', 'tools'].flatMap((kind) =>
    readdirSync(join(root, kind), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(kind, name)),
  );
  return packages.flatMap((path) => {
    const src = join(root, path, 'src');
    if (!existsSync(src)) return [];
    const files = readdirSync(src, { recursive: true }).filter((file) => SPEC.test(file));
    return [...chunksOf(files.sort(), TOGETHER[level])].map((specs, at) => ({
      name: `${path.replaceAll(/[/\\]/g, '-')}-${at + 1}`,
      specs: specs.map((file) => join(path, 'src', file)),
    }));
  });
}

function source(groups) {
  const described = (spec) =>
    `  describe(${JSON.stringify(spec)}, () => void require(${JSON.stringify(`./${spec}`)}));`;
  return [
    `const { describe } = require('@jest/globals');`,
    ...groups.map(
      ({ name, specs }) =>
        `exports[${JSON.stringify(name)}] = () => {\n${specs.map(described).join('\n')}\n};`,
    ),
  ].join('\n');
}

rmSync(folder, { recursive: true, force: true });
const groups = groupsOfSpecs();
await build({
  stdin: { contents: source(groups), resolveDir: root, sourcefile: 'specs.js' },
  outfile: join(folder, 'specs.cjs'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  conditions: ['@tollgate/source', 'module'],
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'error',
  external: APART,
  plugins: [sources, optionalPackages],
  banner: { js: `const bundleUrl = require('node:url').pathToFileURL(__filename).href;` },
  define: { 'import.meta.url': 'bundleUrl' },
});
mkdirSync(folder, { recursive: true });
for (const { name } of groups)
  writeFileSync(join(folder, `${name}.${level}.cjs`), `require('./specs.cjs')[${JSON.stringify(name)}]();\n`);
