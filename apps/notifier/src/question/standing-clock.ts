import { instantAfter, timeBetween } from '@tollgate/policy';
import { type Approval, type Instant, stepOf } from '../approval/approval.js';
import { dueReminders } from '../fire-timer/next-reminder.js';
import { deadlineOf } from '../open-approval/open-approval.js';
import { pauseLengthOf } from './pause-length.js';

/** What the clock of a step is known by. */
export type Clocked = Pick<
  Approval,
  'file' | 'step' | 'openedAt' | 'stepOpenedAt' | 'stoodMs' | 'pausedUntil'
>;

/** How the clock of a step goes on after a question or an answer. */
export interface ClockChange {
  /** For how long it will have stood in this step, in milliseconds of its hours. */
  readonly stoodMs: number;
  /** Until when it stands at most; absent where it runs. */
  readonly pausedUntil?: Instant;
  readonly deadline: Instant;
  /** When its people are reminded next; absent where they are not. */
  readonly remindAt?: Instant;
}

/** The instant at which the step would have begun, had its clock never stood. */
export function clockStart({ file, step, openedAt, stepOpenedAt = openedAt, stoodMs = 0 }: Clocked): Instant {
  return stoodMs === 0 ? stepOpenedAt : instantAfter(stepOpenedAt, stoodMs, stepOf(file, step).workingTime);
}

/** Whether the clock stands, and until when at most. */
export const standsUntil = (
  { pausedUntil }: Pick<Approval, 'pausedUntil'>,
  now: Instant,
): Instant | undefined => (pausedUntil !== undefined && pausedUntil > now ? pausedUntil : undefined);

/** @param until when the clock goes on at the latest */
function changed(approval: Clocked, stoodMs: number, until: Instant, now: Instant): ClockChange {
  const step = stepOf(approval.file, approval.step);
  const openedAt = clockStart({ ...approval, stoodMs });
  const deadline = deadlineOf(step, openedAt);
  const { next } = dueReminders(step, { openedAt, deadline }, until);
  return {
    stoodMs,
    deadline,
    ...(until > now ? { pausedUntil: until } : {}),
    ...(next === undefined ? {} : { remindAt: next.at }),
  };
}

/**
 * Stops the clock of a step for a question, for as long as the policy lets it. What is left of the step's time is kept:
 * the deadline is that much later, and comes nearer with the answer. While the clock stands for another question it
 * stands on.
 * @returns undefined where the policy lets it run
 * @throws PermanentError as `pauseLengthOf`; never for a step of an approval that was opened
 */
export function pauseClock(approval: Clocked, now: Instant): ClockChange | undefined {
  const step = stepOf(approval.file, approval.step);
  const length = pauseLengthOf(step);
  if (length === undefined) return undefined;
  const standing = standsUntil(approval, now) ?? now;
  const until = Math.max(standing, instantAfter(now, length, step.workingTime));
  const stoodMs = (approval.stoodMs ?? 0) + timeBetween(standing, until, step.workingTime);
  return changed(approval, stoodMs, until, now);
}

/**
 * Lets the clock of a step go on with an answer.
 * @param others until when it stands for other questions of the step that wait for their answers
 * @returns undefined where that changes nothing: it runs already, or stands for another question just as long
 */
export function resumeClock(
  approval: Clocked,
  now: Instant,
  others: readonly Instant[],
): ClockChange | undefined {
  const standing = standsUntil(approval, now);
  if (standing === undefined) return undefined;
  const until = Math.min(standing, Math.max(now, ...others));
  if (until === standing) return undefined;
  const { workingTime } = stepOf(approval.file, approval.step);
  const stoodMs = Math.max(0, (approval.stoodMs ?? 0) - timeBetween(until, standing, workingTime));
  return changed(approval, stoodMs, until, now);
}
