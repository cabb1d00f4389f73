/**
 * `npm run bench`: installs and builds what is missing, then measures the system (tools/bench) on the workspace's own
 * Node. Plain JavaScript without imports from outside, so that any Node from 20 can start it.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

await prepare();
const { status } = spawnSync(
  node,
  [join(root, 'tools', 'bench', 'dist', 'main.js'), ...process.argv.slice(2)],
  {
    cwd: process.env.INIT_CWD ?? root,
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
