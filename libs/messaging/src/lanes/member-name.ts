import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Where process numbers mean the same: this machine and, on Linux, this namespace of them. A number from elsewhere says
 * nothing of who lives.
 */
export function processSpace(): string {
  try {
    return `${hostname()}/${readlinkSync('/proc/self/ns/pid').replaceAll(/\D/g, '')}`;
  } catch {
    // There is but one such space where there is no /proc.
    return hostname();
  }
}

/** The name by which a member of a group is known to the broker: whose it is, and which process. */
export const memberName = (clientId: string, space: string, pid: number): string =>
  `${clientId}@${space}#${pid}`;

/** True for a process that runs. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * True for a member whose process was on this machine and is gone: it was killed, as one that stops takes its leave.
 * @param name as `memberName` made it; any other name is of nobody known
 * @param isRunning whether a process of this space runs
 */
export function isOfDeadProcess(name: string, space: string, isRunning: (pid: number) => boolean): boolean {
  const [, where, pid] = /^[^@]*@(.+)#(\d+)$/.exec(name) ?? [];
  return where === space && pid !== undefined && !isRunning(Number(pid));
}
