import { type Approver, type Verdict } from '@tollgate/contracts';

/** What a tally needs of a vote. */
export interface CastBallot {
  readonly person: string;
  readonly verdict: Verdict;
}

/** Who says what: person ids in the order of the approvers; each approver stands in exactly one list. */
export interface Tally {
  readonly approve: string[];
  readonly deny: string[];
  readonly abstain: string[];
  /** Who has not voted. */
  readonly silent: string[];
}

/**
 * Counts votes: one per approver, their last one; votes of anybody else count for nothing.
 * @param votes of the step, in the order in which each person cast theirs
 */
export function tallyVotes(approvers: readonly Approver[], votes: readonly CastBallot[]): Tally {
  const last = new Map(votes.map(({ person, verdict }) => [person, verdict]));
  const tally: Tally = { approve: [], deny: [], abstain: [], silent: [] };
  for (const person of new Set(approvers.map((approver) => approver.person)))
    tally[last.get(person) ?? 'silent'].push(person);
  return tally;
}
