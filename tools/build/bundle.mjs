/**
 * Puts what each service loads into a few files under `dist`: a service that starts from hundreds of small files
 * spends most of that time on finding them. Does nothing where the services are bundled as they are built now.
 */
import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { optionalPackages } from './optional-packages.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'dist');
const SERVICES = ['intake', 'router', 'notifier', 'guardrail', 'audit'];

/** Loaded as they are: their insides are reached by file, or they have to come before everything else. */
const APART = ['kafkajs', 'class-transformer', 'reflect-metadata'];
/** What the CommonJS packages inside expect to find; and metadata first, as the files are not loaded in source order. */
const BANNER = [
  `import 'reflect-metadata';`,
  `import { createRequire as bundleRequire } from 'node:module';`,
  `import { fileURLToPath as bundleFile } from 'node:url';`,
  `import { dirname as bundleFolder } from 'node:path';`,
  `const require = bundleRequire(import.meta.url);`,
  `const __filename = bundleFile(import.meta.url);`,
  `const __dirname = bundleFolder(__filename);`,
].join('\n');

const newestUnder = (path) =>
  statSync(path).isDirectory()
    ? Math.max(0, ...readdirSync(path).map((entry) => newestUnder(join(path, entry))))
    : statSync(path).mtimeMs;

/** What a service reads from beside its modules (styles, scripts of pages) lies beside its bundle then. */
function copyAssets(service) {
  const from = join(root, 'apps', service, 'dist');
  const files = readdirSync(from, { recursive: true, withFileTypes: true });
  for (const file of files) {
    if (!file.isFile() || file.name.endsWith('.js')) continue;
    const to = join(folder, service, file.name);
    if (existsSync(to)) throw new Error(`${service} has two files named ${file.name}`);
    copyFileSync(join(file.parentPath, file.name), to);
  }
}

function isCurrent() {
  const first = join(folder, SERVICES[0], 'main.js');
  if (!existsSync(first)) return false;
  const inputs = ['apps', 'libs'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name, 'dist')),
  );
  const sources = [
    ...inputs.filter((path) => existsSync(path)),
    join(root, 'package-lock.json'),
    fileURLToPath(import.meta.url),
  ];
  return Math.max(...sources.map(newestUnder)) <= statSync(first).mtimeMs;
}

if (!isCurrent()) {
  rmSync(folder, { recursive: true, force: true });
  await build({
    entryPoints: Object.fromEntries(
      SERVICES.map((service) => [`${service}/main`, join(root, 'apps', service, 'dist', 'main.js')]),
    ),
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    legalComments: 'none',
    logLevel: 'error',
    external: APART,
    plugins: [optionalPackages],
    banner: { js: BANNER },
  });
  for (const service of SERVICES) copyAssets(service);
  console.log('bundled the services');
}
