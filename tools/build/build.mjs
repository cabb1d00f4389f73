/**
 * Translates the sources of every workspace package to its `dist` folder: `apps/*`, `libs/*` and
 * `tools/*`, each `src/**` file that is newer than its output. Types are checked by `tsc`, not here.
 */
import { readdirSync, existsSync, statSync, mkdirSync, writeFileSync, copyFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';
import { swcOptions } from './swc-options.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const optionsTime = Math.max(
  ...['swc-options.mjs', 'build.mjs'].map((file) => statSync(join(root, 'tools/build', file)).mtimeMs),
);
const SOURCE = /\.tsx?$/;
const TEST = /\.(unit|int|e2e)\.spec\.tsx?$/;

function* filesUnder(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else yield path;
  }
}

function buildPackage(folder) {
  const src = join(folder, 'src');
  const dist = join(folder, 'dist');
  const wanted = new Set();
  let written = 0;
  for (const path of filesUnder(src)) {
    if (TEST.test(path) || path.endsWith('.d.ts')) continue;
    const isSource = SOURCE.test(path);
    const out = join(dist, relative(src, path)).replace(SOURCE, '.js');
    wanted.add(out);
    const newest = Math.max(statSync(path).mtimeMs, isSource ? optionsTime : 0);
    if (existsSync(out) && statSync(out).mtimeMs >= newest) continue;
    mkdirSync(dirname(out), { recursive: true });
    if (isSource) writeFileSync(out, transformFileSync(path, swcOptions).code);
    else copyFileSync(path, out);
    written += 1;
  }
  if (existsSync(dist)) {
    for (const path of filesUnder(dist)) if (!wanted.has(path)) rmSync(path);
  }
  return written;
}

let written = 0;
for (const group of ['libs', 'apps', 'tools']) {
  for (const entry of readdirSync(join(root, group), { withFileTypes: true })) {
    const folder = join(root, group, entry.name);
    if (entry.isDirectory() && existsSync(join(folder, 'src'))) written += buildPackage(folder);
  }
}
if (written > 0) console.log(`built ${written} file${written === 1 ? '' : 's'}`);
