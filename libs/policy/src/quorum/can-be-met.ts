import { type Approver, type QuorumExpression } from '@tollgate/contracts';
import { begunSlots } from './begun.js';
import { electorateOf, headsOf, votersWith } from './electorate.js';
import { isMet } from './is-met.js';
import { readQuorum } from './read-quorum.js';
import { type CastBallot, lastVerdicts } from './cast-ballot.js';

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

/**
 * Whom a step asks by now, in the order of the approvers: everybody but those whose stage has not begun. It only
 * grows with further approvals; whoever is new in it is to be told.
 * @param votes of the step, in the order in which each person cast theirs
 * @throws UnknownQuorumError
 */
export function openTo(
  quorum: QuorumExpression,
  approvers: readonly Approver[],
  votes: readonly CastBallot[],
): string[] {
  const known = readQuorum(quorum);
  const electorate = electorateOf(known, approvers);
  const last = lastVerdicts(votes);
  const approving = headsOf(electorate, (person) => last.get(person) === 'approve');
  return votersWith(electorate, begunSlots(known.root, electorate, approving, known.stagePlans));
}
