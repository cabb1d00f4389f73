import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in `/proc/<pid>/stat`: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface ProcessStat {
  readonly parent: number;
  readonly cpuSeconds: number;
  /** Of children that ended and were waited for. */
  readonly endedChildrenCpuSeconds: number;
}

function statOf(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = (index: number) => Number(fields[index]) / TICKS_PER_SECOND;
    return {
      parent: Number(fields[1]),
      cpuSeconds: ticks(11) + ticks(12),
      endedChildrenCpuSeconds: ticks(13) + ticks(14),
    };
  } catch {
    return undefined;
  }
}

/** CPU seconds (user and system) that a process has used so far; 0 when it is gone. */
export const cpuSecondsOf = (pid: number): number => statOf(pid)?.cpuSeconds ?? 0;

/** CPU seconds of a process, its living children, and its children that ended: for a database with a process a session. */
export function cpuSecondsOfTree(root: number): number {
  const own = statOf(root);
  if (own === undefined) return 0;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.parent === root);
  return (
    own.cpuSeconds +
    own.endedChildrenCpuSeconds +
    children.reduce((sum, stat) => sum + (stat?.cpuSeconds ?? 0), 0)
  );
}

/** Resident memory of a process in MiB; 0 when it is gone. */
export function residentMiB(pid: number): number {
  try {
    const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(match?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
