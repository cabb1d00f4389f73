import { type Route } from '@tollgate/contracts';
import { durationMs, instantAfter } from '@tollgate/policy';

/** What a stage without people may take, and what a clock that is late may be late by, in ms. */
export const GRACE_MS = 15 * 60_000;

const msOf = (duration: string): number => durationMs(duration) ?? 0;

/**
 * When the last step of a plan is over at the latest, every pause for an answer included; ms since 1970.
 * @param from when the request was submitted
 */
export function lastDeadline({ plan }: Route, from: number): number {
  return plan.reduce((at, { timeout, workingTime, pauseForAnswer }) => {
    const pause = pauseForAnswer === undefined ? 0 : msOf(pauseForAnswer);
    return instantAfter(at, Math.max(1, msOf(timeout) + pause), workingTime) + GRACE_MS;
  }, from);
}
