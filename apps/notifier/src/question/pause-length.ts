import { MAX_QUESTIONS, type PlanStep } from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import { durationMs, workingTimeFault } from '@tollgate/policy';

/**
 * For how long the clock of a step stands for a question, in milliseconds of its hours.
 * @returns undefined where it does not
 * @throws PermanentError for a pause that is no duration of days, hours, minutes and seconds, or for hours in which as
 * many of them as there may be would not end
 */
export function pauseLengthOf({ pauseForAnswer, timeout, workingTime }: PlanStep): number | undefined {
  if (pauseForAnswer === undefined) return undefined;
  const length = durationMs(pauseForAnswer);
  if (length === undefined)
    throw new PermanentError('the pause of a step of the plan is not a duration from 1 ms to 366 days');
  const longest = MAX_QUESTIONS * length + (durationMs(timeout) ?? 0);
  const fault = workingTime === undefined ? undefined : workingTimeFault(workingTime, longest);
  if (fault !== undefined)
    throw new PermanentError(`the pause of a step of the plan cannot be told: ${fault}`);
  return length;
}
