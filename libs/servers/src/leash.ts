import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** When a server is stopped on behalf of a supervisor that died: the lowest first. */
export type StopOrder = 'service' | 'broker' | 'database';

const ORDERS: Record<StopOrder, number> = { service: 0, broker: 1, database: 2 };

/** The watcher, and how many children it holds; without any it ends. */
let watcher: { readonly process: ChildProcess; held: number } | undefined;

function watch() {
  if (watcher?.process.exitCode === null && watcher.process.signalCode === null) return watcher;
  // Its own session: the Ctrl-C of a terminal and a closed window must not end it before its work begins.
  const started = spawn(process.execPath, [fileURLToPath(new URL('./leash-watcher.mjs', import.meta.url))], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  started.unref();
  // The pipe alone would keep this process from ending.
  if (started.stdin instanceof Socket) started.stdin.unref();
  // A watcher that someone killed is replaced at the next start of a server; its broken pipe is no reason to fall.
  started.stdin?.on('error', () => undefined);
  watcher = { process: started, held: 0 };
  return watcher;
}

/**
 * Makes sure that a child process does not outlive this one, even if this one is killed with SIGKILL.
 *
 * @param pid the child to watch
 * @param order what it is, so that those who use others stop before what they use
 * @param stopSignal the signal that asks it to stop cleanly
 * @returns to be called once the child has ended
 */
export function putOnLeash(pid: number, order: StopOrder, stopSignal: NodeJS.Signals): () => void {
  const holder = watch();
  const { stdin } = holder.process;
  holder.held += 1;
  stdin?.write(`+ ${pid} ${ORDERS[order]} ${stopSignal}\n`);
  return () => {
    holder.held -= 1;
    stdin?.write(`- ${pid}\n`);
    if (holder.held > 0) return;
    stdin?.end();
    if (watcher === holder) watcher = undefined;
  };
}
