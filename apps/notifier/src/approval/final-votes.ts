import { type Vote } from '@tollgate/contracts';
import { heardOf, voiceOf } from '@tollgate/policy';

const uncounted = (vote: Vote, why: string): Vote => ({ ...vote, counted: false, why });

/**
 * The votes as the decision lists them: of each person, and of each voice, the one that counts in the deciding step; what
 * was replaced, or ended with its step, is kept and does not count.
 * @param votes in the order in which they were cast
 * @param step index of the step in which it was decided
 */
export function finalVotes(votes: readonly Vote[], step: number): Vote[] {
  const counting = votes.filter((vote) => vote.counted && vote.step === step);
  const heard = new Set(heardOf(counting));
  const last = new Map(counting.map((vote) => [vote.person, vote]));
  return votes.map((vote) => {
    if (!vote.counted || heard.has(vote)) return vote;
    if (vote.step !== step) return uncounted(vote, 'The step it was cast in ended without a decision.');
    if (last.get(vote.person) !== vote)
      return uncounted(vote, 'Replaced by a later vote of the same person.');
    const voice = voiceOf(vote);
    return uncounted(
      vote,
      last.get(voice)?.onBehalfOf === undefined && last.has(voice)
        ? `${voice} voted in person.`
        : `Somebody else voted for ${voice} later.`,
    );
  });
}
