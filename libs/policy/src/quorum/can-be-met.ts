import { type Approver, type QuorumExpression } from '@tollgate/contracts';
import { electorateOf, headsOf } from './electorate.js';
import { isMet } from './is-met.js';
import { readQuorum } from './read-quorum.js';

const met = (
  quorum: QuorumExpression,
  approvers: readonly Approver[],
  approves: (person: string) => boolean,
): boolean => {
  const known = readQuorum(quorum);
  const electorate = electorateOf(known, approvers);
  return isMet(known.plan, electorate, headsOf(electorate, approves));
};

/**
 * Whether a quorum is met where all approvers approve: one that is not never will be.
 * @throws UnknownQuorumError
 */
export const canBeMet = (quorum: QuorumExpression, approvers: readonly Approver[]): boolean =>
  met(quorum, approvers, () => true);

/**
 * Whether a quorum can be met though one of the approvers does not vote. They still belong to those of whom a majority, or
 * all, must approve: `unanimous` never holds without any of its people.
 * @throws UnknownQuorumError
 */
export const holdsWithout = (
  quorum: QuorumExpression,
  approvers: readonly Approver[],
  person: string,
): boolean => met(quorum, approvers, (other) => other !== person);
