import { type PlanStep } from '@tollgate/contracts';
import { durationMs, instantAfter } from '@tollgate/policy';

/** Which step of a plan waits for people, and until when. */
export interface ExpectedStep {
  /** Index in the plan, from 0. */
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/**
 * The step in which a plan that is not decided should be, and when its time is over. The clock that decides is the
 * notifier's, which starts when it learns of the route: a moment later than here, or much later after a failure.
 * @param start when the request was submitted, in milliseconds since 1970
 * @param now in milliseconds since 1970
 * @returns undefined for a plan without steps, or with a time that this version cannot read
 */
export function expectedStep(
  plan: readonly PlanStep[],
  start: number,
  now: number,
): ExpectedStep | undefined {
  let found: ExpectedStep | undefined;
  let opened = start;
  for (const [step, { timeout, workingTime, onSilence }] of plan.entries()) {
    const length = durationMs(timeout);
    if (length === undefined) return undefined;
    try {
      found = { step, deadline: instantAfter(opened, length, workingTime) };
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
    if (now < found.deadline || onSilence !== 'next') break;
    opened = found.deadline;
  }
  return found;
}
