import {
  type Decision,
  type DecidedBy,
  type PlanStep,
  type RequestWithdrawn,
  type RouteResolved,
} from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import {
  durationMs,
  instantAfter,
  isBreakGlassReview,
  UnknownQuorumError,
  workingTimeFault,
} from '@tollgate/policy';
import { type Instant, type StandIn, stepOf } from '../approval/approval.js';
import { type Asked, askedOf } from '../approval/asked.js';
import { explainDecision } from '../approval/explain-decision.js';
import { type IsActive, judgeStep, type StepStanding } from '../approval/judge-step.js';
import { makeDecision } from '../approval/make-decision.js';
import { withStandIns } from '../delegation/stand-ins.js';
import { firstReminder } from '../fire-timer/next-reminder.js';
import { pauseLengthOf } from '../question/pause-length.js';

/** What a route comes to: it waits for people, or was decided the moment it came. */
export type Opening =
  | {
      readonly kind: 'waits';
      readonly asked: Asked;
      readonly deadline: Instant;
      /** When its people are reminded first; absent where they never are. */
      readonly remindAt?: Instant;
    }
  | { readonly kind: 'decided'; readonly decision: Decision };

/** What the door adds to a route. */
export interface OpeningFacts {
  readonly now: Instant;
  /** The ruling policy revision. */
  readonly policyRevision: number;
  readonly isActive: IsActive;
  /** Who stands for people whom its first step asks; nobody unless given. */
  readonly standIns?: readonly StandIn[];
  /** A withdrawal that came before its route. */
  readonly withdrawal?: RequestWithdrawn;
}

/**
 * When a step's silence takes effect: after its timeout, in working hours where the step says which.
 * @throws PermanentError for a timeout that is no duration of days, hours, minutes and seconds, and for hours in which
 * it would not run
 */
export function deadlineOf({ timeout, workingTime }: PlanStep, openedAt: Instant): Instant {
  const length = durationMs(timeout);
  if (length === undefined)
    throw new PermanentError('the timeout of a step of the plan is not a duration from 1 ms to 366 days');
  const fault = workingTime === undefined ? undefined : workingTimeFault(workingTime, length);
  if (fault !== undefined)
    throw new PermanentError(`the timeout of a step of the plan cannot be told: ${fault}`);
  return instantAfter(openedAt, length, workingTime);
}

/** The sentence that a withdrawal leaves on the decision. */
export const withdrawnBy = (withdrawal: RequestWithdrawn): string =>
  `Withdrawn by ${withdrawal.withdrawnBy}.`;

function firstStanding(file: RouteResolved, isActive: IsActive): StepStanding {
  const [first] = file.route.plan.map((step) => {
    try {
      return judgeStep(step, [], isActive);
    } catch (error) {
      if (error instanceof UnknownQuorumError) throw new PermanentError(error.message, { cause: error });
      throw error;
    }
  });
  if (first === undefined) throw new PermanentError('the route asks people and its plan has no step');
  return first;
}

/**
 * What becomes of a route. Everything that a vote or a clock will need later is checked now, so that what waits can
 * always be decided.
 * @throws PermanentError for a plan that this version cannot carry out
 */
export function openApproval(
  file: RouteResolved,
  { now, policyRevision, isActive, standIns = [], withdrawal }: OpeningFacts,
): Opening {
  const { route } = file;
  const decided = (outcome: Decision['outcome'], decidedBy: DecidedBy, explanation: string): Opening => ({
    kind: 'decided',
    decision: makeDecision({
      outcome,
      decidedBy,
      step: 0,
      openedAt: now,
      votes: [],
      decidedAt: now,
      explanation,
      policyRevision,
    }),
  });
  if (withdrawal !== undefined) return decided('cancelled', 'requester', withdrawnBy(withdrawal));
  switch (route.decider) {
    case 'automation':
      return decided('approved', 'automation', route.explanation);
    case 'deny':
      return decided('denied', 'policy', route.explanation);
    case 'break-glass': {
      const person = file.request.breakGlass?.person;
      if (person === undefined)
        throw new PermanentError('the route breaks the glass, and the request names nobody who does');
      return isActive(person)
        ? decided('approved', 'break-glass', route.explanation)
        : decided('denied', 'policy', `${person} broke the glass and is not active any more.`);
    }
    case 'people': {
      const { state, reason, mayVote } = firstStanding(file, isActive);
      // A review stays to be closed by people, whoever has left.
      if (state === 'denied' && !isBreakGlassReview(file.request))
        return decided('denied', 'policy', explainDecision({ file, step: 0 }, reason, []));
      const [first] = route.plan.map((step) => {
        pauseLengthOf(step);
        const deadline = deadlineOf(step, now);
        const remindAt = firstReminder(step, now, deadline);
        return { deadline, ...(remindAt === undefined ? {} : { remindAt }) };
      });
      return {
        kind: 'waits',
        asked: withStandIns(askedOf(stepOf(file, 0), mayVote), stepOf(file, 0), standIns),
        ...(first ?? { deadline: now }),
      };
    }
  }
}
