/**
 * Puts what each service loads into a few files under `dist`: a service that starts from hundreds of small files
 * spends most of that time on finding them. Does nothing where the services are bundled as they are built now.
 */
import { copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { optionalPackages } from './optional-packages.mjs';
import { precompiledChecks } from './precompiled-checks.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'dist');
const SERVICES = ['intake', 'router', 'notifier', 'guardrail', 'audit'];

/** Loaded as it is: it has to come before everything else. */
const APART = ['reflect-metadata'];
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

/** What a package reads from beside its modules (styles, scripts of pages). */
const assetsOf = (group, name) => {
  const from = join(root, group, name, 'dist');
  if (!existsSync(from)) return [];
  return readdirSync(from, { recursive: true, withFileTypes: true }).filter(
    (file) => file.isFile() && !file.name.endsWith('.js'),
  );
};

function copyInto(to, files) {
  for (const { parentPath, name } of files) {
    if (existsSync(join(to, name))) throw new Error(`two files named ${name} would lie in ${to}`);
    copyFileSync(join(parentPath, name), join(to, name));
  }
}

/** They lie beside the bundle then: those of libraries wherever a library's module may end up, in a bundle or in a shared file. */
function copyAssets() {
  const shared = readdirSync(join(root, 'libs')).flatMap((name) => assetsOf('libs', name));
  copyInto(folder, shared);
  for (const service of SERVICES) copyInto(join(folder, service), [...shared, ...assetsOf('apps', service)]);
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
    join(root, 'tools', 'build', 'precompiled-checks.mjs'),
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
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'error',
    external: APART,
    plugins: [optionalPackages, precompiledChecks(root)],
    banner: { js: BANNER },
  });
  copyAssets();
  console.log('bundled the services');
}
