import { execFileSync } from 'node:child_process';
import { readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { waitUntil, workspaceFolder } from '@tollgate/servers';
import { type DataFolder, readIfThere } from './data-folder.js';

/** A data folder is used by another stack, or by parts that an earlier one left behind. */
export class StackRunningError extends Error {
  override readonly name = 'StackRunningError';
}

/** The processes of a stack: that of its supervisor, and those of its parts by their name. */
export interface RunningParts {
  readonly supervisor: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** An earlier stack that was killed hard stops its parts within this time, in milliseconds. */
const LEFT_BEHIND_MS = 40_000;

const isNumberRecord = (value: unknown): value is Record<string, number> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((entry) => typeof entry === 'number');

/** @returns what the text of `running.json` says, or nothing when it says nothing that can be understood */
export function parseRunningParts(text: string): RunningParts | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('supervisor' in value) || !('parts' in value))
      return undefined;
    const { supervisor, parts } = value;
    return typeof supervisor === 'number' && isNumberRecord(parts) ? { supervisor, parts } : undefined;
  } catch {
    // Cut off by a power cut, at the worst: as good as none.
    return undefined;
  }
}

/** The command line of a process, or nothing when there is no such process. */
function commandOf(pid: number): string | undefined {
  const fromKernel = process.platform === 'linux' ? readIfThere(`/proc/${pid}/cmdline`) : undefined;
  if (process.platform === 'linux') return fromKernel?.replaceAll('\0', ' ');
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

function workingFolderOf(pid: number): string {
  try {
    return process.platform === 'linux' ? readlinkSync(`/proc/${pid}/cwd`) : '';
  } catch {
    // Gone in the meantime, or another user's: in neither case one of ours.
    return '';
  }
}

/** Process ids are given anew after a while: only what mentions our folders is ours. */
function isOurs(pid: number, folder: DataFolder): boolean {
  const command = commandOf(pid);
  if (command === undefined || command === '') return false;
  const mentioned = (text: string) => text.includes(folder.root) || text.includes(workspaceFolder());
  return pid !== process.pid && (mentioned(command) || mentioned(workingFolderOf(pid)));
}

/**
 * Makes sure that nothing else uses a data folder. Parts of a stack that was killed hard are on their way to stop;
 * they are waited for.
 *
 * @throws StackRunningError when another stack runs on the folder, or parts of one will not go
 */
export async function awaitSoleUse(folder: DataFolder, onLine: (line: string) => void): Promise<void> {
  const before = parseRunningParts(readIfThere(folder.running) ?? '');
  if (before === undefined) return;
  if (isOurs(before.supervisor, folder)) {
    throw new StackRunningError(
      `A stack runs on ${folder.root} already, as process ${before.supervisor}. ` +
        'Stop it first, or choose another folder with TOLLGATE_DATA_DIR.',
    );
  }
  const left = () => Object.entries(before.parts).filter(([, pid]) => isOurs(pid, folder));
  if (left().length === 0) return;
  onLine('waiting for the parts of an earlier start to stop');
  try {
    await waitUntil('gone', () => left().length === 0, LEFT_BEHIND_MS);
  } catch {
    const named = left().map(([name, pid]) => `${name} (process ${pid})`);
    throw new StackRunningError(
      `An earlier start has left behind ${named.join(', ')}. Stop these processes first.`,
    );
  }
}

/** Notes which processes belong to the stack, for a next start that finds them still running. */
export function noteRunning(folder: DataFolder, running: RunningParts): void {
  writeFileSync(folder.running, `${JSON.stringify(running, undefined, 2)}\n`);
}

/** Notes that nothing runs any more. */
export function noteStopped(folder: DataFolder): void {
  rmSync(folder.running, { force: true });
}
