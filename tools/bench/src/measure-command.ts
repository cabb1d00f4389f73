import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceFolder } from '@tollgate/servers';
import { cpuSecondsOf } from './process-usage.js';

/** What it takes to run a command of the command line, in a process of its own. */
export interface CommandFigures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most it held in memory. */
  readonly peakMiB: number;
}

const SAMPLE_MS = 50;

/** The highest resident memory of a living process so far, in MiB. */
function highWaterMiB(pid: number): number {
  try {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Math.round(Number(found?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

/**
 * Runs `tollgate …`.
 * @throws Error when it does not end with 0
 */
export async function measureCommand(...args: string[]): Promise<CommandFigures> {
  const began = performance.now();
  const main = join(workspaceFolder(), 'tools', 'cli', 'dist', 'main.js');
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const { pid = 0 } = child;
  let figures = { cpuSeconds: 0, peakMiB: 0 };
  const timer = setInterval(() => {
    const cpuSeconds = cpuSecondsOf(pid);
    if (cpuSeconds > 0) figures = { cpuSeconds, peakMiB: Math.max(figures.peakMiB, highWaterMiB(pid)) };
  }, SAMPLE_MS);
  try {
    await once(child, 'close');
  } finally {
    clearInterval(timer);
  }
  if (child.exitCode !== 0)
    throw new Error(`tollgate ${args.join(' ')} ended with ${child.exitCode}:\n${output}`);
  return { seconds: Math.round((performance.now() - began) / 100) / 10, ...figures };
}
