import {
  type Decision,
  type DecidedBy,
  type RequestWithdrawn,
  type RouteResolved,
} from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import { durationMs, evaluateQuorum, UnknownQuorumError } from '@tollgate/policy';
import { type Instant } from '../approval/approval.js';
import { makeDecision } from '../approval/make-decision.js';

/** What a route comes to: it waits for people, or was decided the moment it came. */
export type Opening =
  | { readonly kind: 'waits'; readonly approvers: readonly string[]; readonly deadline: Instant }
  | { readonly kind: 'decided'; readonly decision: Decision };

/** What the door adds to a route. */
export interface OpeningFacts {
  readonly now: Instant;
  /** The ruling policy revision. */
  readonly policyRevision: number;
  /** A withdrawal that came before its route. */
  readonly withdrawal?: RequestWithdrawn;
}

/**
 * When a step's silence takes effect.
 * @param timeout ISO 8601 duration of days, hours, minutes, seconds
 * @throws PermanentError for anything else
 */
export function deadlineOf(timeout: string, openedAt: Instant): Instant {
  const length = durationMs(timeout);
  if (length === undefined)
    throw new PermanentError('the timeout of a step of the plan is not a duration from 1 ms to 366 days');
  return openedAt + Math.ceil(length);
}

/** The sentence that a withdrawal leaves on the decision. */
export const withdrawnBy = (withdrawal: RequestWithdrawn): string =>
  `Withdrawn by ${withdrawal.withdrawnBy}.`;

function unmetReason(file: RouteResolved): string | undefined {
  const steps = file.route.plan.map(({ quorum, approvers }) => {
    try {
      return evaluateQuorum(quorum, approvers, []);
    } catch (error) {
      if (error instanceof UnknownQuorumError) throw new PermanentError(error.message, { cause: error });
      throw error;
    }
  });
  const [first] = steps;
  if (first === undefined) throw new PermanentError('the route asks people and its plan has no step');
  return first.state === 'denied' ? first.reason : undefined;
}

/**
 * What becomes of a route. Everything that a vote or a clock will need later is checked now, so that what waits can
 * always be decided.
 * @throws PermanentError for a plan that this version cannot carry out
 */
export function openApproval(
  file: RouteResolved,
  { now, policyRevision, withdrawal }: OpeningFacts,
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
    case 'break-glass':
      throw new PermanentError('this version lets nobody break the glass');
    case 'people': {
      const unmet = unmetReason(file);
      if (unmet !== undefined) return decided('denied', 'policy', unmet);
      const [deadline] = route.plan.map(({ timeout }) => deadlineOf(timeout, now));
      return {
        kind: 'waits',
        approvers: route.plan[0]?.approvers.map(({ person }) => person) ?? [],
        deadline: deadline ?? now,
      };
    }
  }
}
