import { execFileSync } from 'node:child_process';
import { readIfThere } from './data-folder.js';

/** The place of the start time among the words of `/proc/<pid>/stat` behind the program's name; see proc(5). */
const START_TIME_WORD = 19;

/**
 * When a process was started, in whatever words the system uses: together with its number this names a process for
 * good, whereas the number alone is given to another one after a while.
 *
 * @returns nothing when there is no such process
 */
export function startOfProcess(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const stat = readIfThere(`/proc/${pid}/stat`);
    // The program's name stands in parentheses and may itself hold spaces and parentheses. `Z` has ended already.
    const words = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    return words === undefined || words[0] === 'Z' ? undefined : words[START_TIME_WORD];
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    // `ps` fails for a process that does not exist.
    return undefined;
  }
}
