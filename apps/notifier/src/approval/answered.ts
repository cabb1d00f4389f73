import { type Vote } from '@tollgate/contracts';
import { heardOf, voiceOf } from '@tollgate/policy';
import { type Approval, stepOf } from './approval.js';
import { delegatesIn, standsFor } from './asked.js';
import { countingIn } from './judge-step.js';

/**
 * Who has answered in the current step: whoever is heard, whom they spoke for, and the delegates of those alone. It waits
 * for them no more, though they may change their mind.
 * @param votes on the request, in the order in which they were cast
 */
export function answeredIn(
  approval: Pick<Approval, 'file' | 'step' | 'asked' | 'standIns'>,
  votes: readonly Vote[],
): string[] {
  const heard = heardOf(countingIn(votes, approval.step));
  const voices = new Set(heard.map(voiceOf));
  const own = new Set(stepOf(approval.file, approval.step).approvers.map(({ person }) => person));
  const idle = delegatesIn(approval).filter((delegate) => {
    const others = standsFor(approval, delegate);
    return !own.has(delegate) && others.length > 0 && others.every((voice) => voices.has(voice));
  });
  return [...new Set([...heard.map(({ person }) => person), ...voices, ...idle])].toSorted();
}
