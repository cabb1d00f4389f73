import { rmSync, writeFileSync } from 'node:fs';
import { waitUntil } from '@tollgate/servers';
import { type DataFolder, readIfThere } from './data-folder.js';
import { startOfProcess } from './process-identity.js';

/** A data folder is used by another stack, or by parts that an earlier one left behind. */
export class StackRunningError extends Error {
  override readonly name = 'StackRunningError';
}

/** A process, and when it was started. */
interface NotedProcess {
  readonly pid: number;
  readonly started: string;
}

/** The processes of a stack: that of its supervisor, and those of its parts by their name. */
export interface RunningParts {
  readonly supervisor: NotedProcess;
  readonly parts: Readonly<Record<string, NotedProcess>>;
}

/** An earlier stack that was killed hard stops its parts within this time, in milliseconds. */
const LEFT_BEHIND_MS = 40_000;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isNoted = (value: unknown): value is NotedProcess =>
  isObject(value) && typeof value['pid'] === 'number' && typeof value['started'] === 'string';
const areNoted = (value: unknown): value is Record<string, NotedProcess> =>
  isObject(value) && Object.values(value).every(isNoted);

/** @returns what the text of `running.json` says, or nothing when it says nothing that can be understood */
export function parseRunningParts(text: string): RunningParts | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || !isNoted(value['supervisor']) || !areNoted(value['parts'])) return undefined;
    return { supervisor: value['supervisor'], parts: value['parts'] };
  } catch {
    // Cut off by a power cut, at the worst: as good as none.
    return undefined;
  }
}

const runs = ({ pid, started }: NotedProcess): boolean => startOfProcess(pid) === started;

/**
 * Makes sure that nothing else uses a data folder. Parts of a stack that was killed hard are on their way to stop;
 * they are waited for.
 *
 * @throws StackRunningError when another stack runs on the folder, or parts of one will not go
 */
export async function awaitSoleUse(folder: DataFolder, onLine: (line: string) => void): Promise<void> {
  const before = parseRunningParts(readIfThere(folder.running) ?? '');
  if (before === undefined) return;
  if (runs(before.supervisor)) {
    throw new StackRunningError(
      `A stack runs on ${folder.root} already, as process ${before.supervisor.pid}. ` +
        'Stop it first, or choose another folder with TOLLGATE_HOME.',
    );
  }
  const left = () => Object.entries(before.parts).filter(([, noted]) => runs(noted));
  if (left().length === 0) return;
  onLine('waiting for the parts of an earlier start to stop');
  try {
    await waitUntil('gone', () => left().length === 0, LEFT_BEHIND_MS);
  } catch (cause) {
    const named = left().map(([name, { pid }]) => `${name} (process ${pid})`);
    throw new StackRunningError(
      `An earlier start has left behind ${named.join(', ')}. Stop these processes first.`,
      {
        cause,
      },
    );
  }
}

/**
 * Notes which processes belong to the stack, for a next start that finds them still running.
 *
 * @param supervisor the process that supervises the parts
 * @param parts the processes of the parts, by the names of the parts
 */
export function noteRunning(
  folder: DataFolder,
  supervisor: number,
  parts: ReadonlyMap<string, number>,
): void {
  const noted = (pid: number): NotedProcess | undefined => {
    const started = startOfProcess(pid);
    return started === undefined ? undefined : { pid, started };
  };
  const entries = [...parts].flatMap(([name, pid]) => {
    const part = noted(pid);
    return part === undefined ? [] : [[name, part] as const];
  });
  const note = { supervisor: noted(supervisor), parts: Object.fromEntries(entries) };
  writeFileSync(folder.running, `${JSON.stringify(note, undefined, 2)}\n`);
}

/** Notes that nothing runs any more. */
export function noteStopped(folder: DataFolder): void {
  rmSync(folder.running, { force: true });
}
