/** The first wait before a dead service is started again, in milliseconds. */
export const FIRST_WAIT_MS = 100;
/** The longest wait. */
export const LONGEST_WAIT_MS = 5_000;
/** A service that lived this long was healthy; its next end is a new story. */
export const HEALTHY_AFTER_MS = 30_000;

/**
 * How long to wait before a service that ended is started again.
 *
 * @param previousWaitMs the wait before its last start, or nothing when that was its first
 * @param aliveMs how long it has lived since, in milliseconds
 */
export function nextWait(previousWaitMs: number | undefined, aliveMs: number): number {
  if (previousWaitMs === undefined || aliveMs >= HEALTHY_AFTER_MS) return FIRST_WAIT_MS;
  return Math.min(previousWaitMs * 2, LONGEST_WAIT_MS);
}
