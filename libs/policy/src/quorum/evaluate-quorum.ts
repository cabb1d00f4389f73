import { type Approver, type QuorumExpression } from '@tollgate/contracts';
import { type CastBallot, tallyVotes } from './tally-votes.js';
import { UnknownQuorumError } from './unknown-quorum-error.js';

/** Where a step stands, and why, in one sentence for people. */
export interface QuorumResult {
  readonly state: 'open' | 'approved' | 'denied';
  readonly reason: string;
}

/**
 * Whether the votes of a step decide it. One denial by an approver ends it; a quorum that nobody is left to meet is denied.
 * Abstaining is no approval, and can be taken back while the step is open.
 * @param votes of the step, in the order in which each person cast theirs
 * @throws UnknownQuorumError for a node that this version does not know
 */
export function evaluateQuorum(
  quorum: QuorumExpression,
  approvers: readonly Approver[],
  votes: readonly CastBallot[],
): QuorumResult {
  if (quorum.kind !== 'one' || typeof quorum.from !== 'string') {
    throw new UnknownQuorumError(`the quorum is of a kind that this version does not know`);
  }
  const eligible = approvers.filter((approver) => approver.via.includes(quorum.from));
  const { approve, deny } = tallyVotes(eligible, votes);
  if (eligible.length === 0) return { state: 'denied', reason: `Nobody may approve via ${quorum.from}.` };
  if (deny.length > 0) return { state: 'denied', reason: `Denied by ${deny.join(', ')}.` };
  if (approve.length > 0) return { state: 'approved', reason: `Approved by ${approve.join(', ')}.` };
  return { state: 'open', reason: `Waiting for one approval via ${quorum.from}.` };
}
