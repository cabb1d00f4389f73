#!/usr/bin/env node
/**
 * `tollgate`: builds what is older than its source, then runs the command line on the workspace's own Node.
 * Plain JavaScript without imports from outside, so that any Node from 20 can start it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(realpathSync(fileURLToPath(import.meta.url))), '..', '..', '..');
const node = join(root, 'node_modules', '.bin', 'node');
const main = join(root, 'tools', 'cli', 'dist', 'main.js');

if (!existsSync(node)) {
  console.error('tollgate: the packages are not installed yet; run `npm start` or `npm ci` first.');
  process.exit(1);
}

const SPEC = /\.(unit|int|e2e)\.spec\.tsx?$/;

function isStale(folder) {
  const src = join(folder, 'src');
  if (!existsSync(src)) return false;
  return readdirSync(src, { recursive: true, withFileTypes: true }).some((entry) => {
    if (!entry.isFile() || SPEC.test(entry.name) || entry.name.endsWith('.d.ts')) return false;
    const source = join(entry.parentPath, entry.name);
    const output = join(folder, 'dist', source.slice(src.length)).replace(/\.tsx?$/, '.js');
    return !existsSync(output) || statSync(output).mtimeMs < statSync(source).mtimeMs;
  });
}

const needed = [
  join(root, 'tools', 'cli'),
  ...readdirSync(join(root, 'libs')).map((name) => join(root, 'libs', name)),
];
if (needed.some(isStale)) {
  const build = spawnSync(node, [join(root, 'tools', 'build', 'build.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (build.status !== 0) process.exit(1);
}

const child = spawn(node, ['--disable-warning=TimeoutNegativeWarning', main, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A Ctrl-C in a terminal reaches the child by itself; this process only waits for its answer.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`tollgate: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  process.exit(code ?? (signal === 'SIGINT' ? 130 : 143));
});
