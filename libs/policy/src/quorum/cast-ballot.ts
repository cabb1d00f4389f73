import { type Verdict } from '@tollgate/contracts';

/** What a quorum needs of a vote. */
export interface CastBallot {
  readonly person: string;
  readonly verdict: Verdict;
}

/** What each person said last. */
export const lastVerdicts = (votes: readonly CastBallot[]): ReadonlyMap<string, Verdict> =>
  new Map(votes.map(({ person, verdict }) => [person, verdict]));
