import { type Vote } from '@tollgate/contracts';

const uncounted = (vote: Vote, why: string): Vote => ({ ...vote, counted: false, why });

/**
 * The votes as the decision lists them: of each person the last one that counts in the deciding step; what was
 * replaced, or ended with its step, is kept and does not count.
 * @param votes in the order in which they were cast
 * @param step index of the step in which it was decided
 */
export function finalVotes(votes: readonly Vote[], step: number): Vote[] {
  const last = new Map<string, number>();
  votes.forEach((vote, index) => {
    if (vote.counted && vote.step === step) last.set(vote.person, index);
  });
  return votes.map((vote, index) => {
    if (!vote.counted) return vote;
    if (vote.step !== step) return uncounted(vote, 'The step it was cast in ended without a decision.');
    return last.get(vote.person) === index
      ? vote
      : uncounted(vote, 'Replaced by a later vote of the same person.');
  });
}
