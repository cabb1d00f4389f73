/**
 * `npm run mutate`: installs what is missing, then puts one fault after the other into a copy of the gate and looks whether
 * the specs notice (tools/mutate). Plain JavaScript without imports from outside, so that any Node from 20 can start it.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

await prepare();
const main = join(root, 'tools', 'mutate', 'dist', 'main.js');
const { status } = spawnSync(node, [main, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
