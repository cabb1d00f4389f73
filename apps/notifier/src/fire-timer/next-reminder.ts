import { type PlanStep } from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import { durationMs, instantAfter } from '@tollgate/policy';
import { type Instant } from '../approval/approval.js';

/** A reminder of a step. */
export interface Reminder {
  /** The how-manieth of its step, from 1. */
  readonly number: number;
  readonly at: Instant;
}

/** What falls due now, and what comes next. */
export interface DueReminders {
  /** The last one whose time has come: those before it are made up for by it. */
  readonly due?: Reminder;
  readonly next?: Reminder;
}

/** The reminders of a step by time; in working hours where the step says which. */
function remindersOf({ reminders, workingTime }: PlanStep, openedAt: Instant): Reminder[] {
  return reminders
    .map((duration) => {
      const length = durationMs(duration);
      if (length === undefined)
        throw new PermanentError('a reminder of a step of the plan is not a duration from 1 ms to 366 days');
      return instantAfter(openedAt, length, workingTime);
    })
    .toSorted((left, right) => left - right)
    .map((at, index) => ({ number: index + 1, at }));
}

/**
 * Which reminder of a step is due, and which comes next; one that would come with the end of the step or later never
 * does.
 * @param openedAt of the step
 * @param deadline of the step
 * @throws PermanentError for a reminder that is no duration of days, hours, minutes and seconds
 */
export function dueReminders(
  step: PlanStep,
  { openedAt, deadline }: { readonly openedAt: Instant; readonly deadline: Instant },
  now: Instant,
): DueReminders {
  const all = remindersOf(step, openedAt).filter(({ at }) => at < deadline);
  const due = all.findLast(({ at }) => at <= now);
  const next = all.find(({ at }) => at > now);
  return { ...(due === undefined ? {} : { due }), ...(next === undefined ? {} : { next }) };
}

/** When the people of a step that opens now are reminded first; undefined where they never are. */
export const firstReminder = (step: PlanStep, openedAt: Instant, deadline: Instant): Instant | undefined =>
  dueReminders(step, { openedAt, deadline }, openedAt).next?.at;
