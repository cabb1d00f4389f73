/**
 * `npm start`: installs and builds what is missing, then runs the local stack (tools/stack) on the workspace's own Node
 * until Ctrl-C. Plain JavaScript without imports from outside, so that any Node from 20 can start it.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { node, prepare, root } from './prepare.mjs';

const PARENT_CHECK_MS = 1_000;

await prepare();
// In a session of its own, so that a Ctrl-C in the terminal arrives once, by way of this process. The channel tells the
// stack when this process is gone, however that came about.
const flags = ['--disable-warning=TimeoutNegativeWarning'];
const stack = spawn(
  node,
  [...flags, join(root, 'tools', 'stack', 'dist', 'main.js'), ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stack.kill(signal));
// An npm that is killed hard takes nobody with it; but whoever has a new parent has lost the old one.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    stack.kill('SIGTERM');
  }, PARENT_CHECK_MS);
  check.unref();
}
stack.on('error', (error) => {
  console.error(`The stack did not start: ${error.message}`);
  process.exit(1);
});
stack.on('exit', (code, signal) => {
  if (signal !== null) console.error(`The stack was ended by ${signal}; its parts are stopping.`);
  process.exit(code ?? 1);
});
