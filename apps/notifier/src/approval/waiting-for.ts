import { type RouteResolved, type Vote } from '@tollgate/contracts';
import { evaluateQuorum } from '@tollgate/policy';
import { stepOf } from './approval.js';
import { countingIn } from './judge-step.js';

/**
 * What the quorum of a step lacks, for people: `1 of 2, waiting for finance`.
 * @param votes on the request, in the order in which they were cast
 */
export function waitingFor(file: RouteResolved, step: number, votes: readonly Vote[]): string {
  const { quorum, approvers } = stepOf(file, step);
  return evaluateQuorum(quorum, approvers, countingIn(votes, step)).missing;
}
