import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { putOnLeash, type StopOrder } from './leash.js';

/** How a process came to its end. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server that runs as a child process. */
export interface ServerProcess {
  readonly pid: number;
  /** Settles when the process has ended, however it came about. */
  readonly ended: Promise<ProcessEnd>;
  /** How it ended, or nothing while it runs. */
  end(): ProcessEnd | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to stop, kills it when it has not after the grace, and returns once it is gone. */
  stop(): Promise<void>;
}

/** What to run and how to stop it. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Takes standard output and error. */
  readonly logFile: string;
  /** Begin the log anew instead of going on behind what is there. */
  readonly truncateLog?: boolean;
  readonly order: StopOrder;
  /** Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
  /** How long a stop may take before the process is killed, in milliseconds; default 10,000. */
  readonly graceMs?: number;
  /** How far it steps back where processors are short: from 0, as everybody, to 19 (`nice(1)`). */
  readonly niceness?: number;
}

const GRACE_MS = 10_000;
/** For what people look at beside the system: where processors are short, the system goes first. */
export const HELPER_NICENESS = 10;

/** Where Linux shares processors out by session (`sched(7)`, autogroups), niceness counts within one session only. */
function stepBack(pid: number, niceness: number): void {
  setPriority(pid, niceness);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // Another system, or a Linux that knows no autogroups.
  }
}

/**
 * Starts a server as a process of its own, in its own session, so that a Ctrl-C in the terminal reaches only the
 * supervisor, which then stops the parts in their order. It never outlives this process.
 *
 * @throws Error when the command cannot be started
 */
export async function startServerProcess(what: ServerCommand): Promise<ServerProcess> {
  const stopSignal = what.stopSignal ?? 'SIGTERM';
  mkdirSync(dirname(what.logFile), { recursive: true });
  const log = openSync(what.logFile, what.truncateLog ? 'w' : 'a');
  const child = spawn(what.command, [...what.args], {
    cwd: what.cwd,
    env: what.env ?? process.env,
    uid: what.uid,
    gid: what.gid,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${what.command} did not start`);
  if (what.niceness !== undefined) stepBack(pid, what.niceness);
  const release = putOnLeash(pid, what.order, stopSignal);
  let end: ProcessEnd | undefined;
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) => {
      end = { code, signal };
      release();
      resolve(end);
    });
  });
  return {
    pid,
    ended,
    end: () => end,
    kill: (signal) => {
      child.kill(signal);
    },
    stop: async () => {
      if (end !== undefined) return;
      child.kill(stopSignal);
      const killing = setTimeout(() => child.kill('SIGKILL'), what.graceMs ?? GRACE_MS);
      await ended;
      clearTimeout(killing);
    },
  };
}
