import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { waitUntil, workspaceFolder } from '@tollgate/servers';

/** How a run of the command line ended. */
export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A run of the command line that goes on. */
export interface RunningCli {
  /** What it has said by now. */
  readonly out: () => string;
  /** Waits until it has said something. */
  said(text: string | RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<CliResult>;
}

const SAID_WITHIN_MS = 20_000;

/**
 * Starts `tollgate` as a user would, as a process of its own.
 * @param home the data folder of the stack that it speaks to
 */
export function startTollgate(home: string, args: readonly string[]): RunningCli {
  const bin = join(workspaceFolder(), 'tools', 'cli', 'bin', 'tollgate.mjs');
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: workspaceFolder(),
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      TOLLGATE_HOME: home,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
  return {
    out: () => out,
    ended,
    kill: (signal) => child.kill(signal),
    said: (text) =>
      waitUntil(
        `tollgate ${args.join(' ')} says ${String(text)}`,
        () => (typeof text === 'string' ? out.includes(text) : text.test(out)),
        SAID_WITHIN_MS,
      ),
  };
}

/** Runs `tollgate` to its end. */
export const runTollgate = (home: string, args: readonly string[]): Promise<CliResult> =>
  startTollgate(home, args).ended;
