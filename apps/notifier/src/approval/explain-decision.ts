import { type Verdict, type Vote } from '@tollgate/contracts';
import { heardOf, speakerInWords } from '@tollgate/policy';
import { type Approval } from './approval.js';
import { countingIn } from './judge-step.js';

/** Voters that an explanation names before it counts the others; the decision lists all of them. */
const NAMED = 20;

const SAID: Readonly<Record<Verdict, string>> = {
  approve: 'approved',
  deny: 'denied',
  abstain: 'abstained',
};

/**
 * Why an approval was decided, for people: the step where there are several, what decided it, and who said what.
 * @param reason a sentence
 * @param votes on the request, in the order in which they were cast
 */
export function explainDecision(
  { file, step }: Pick<Approval, 'file' | 'step'>,
  reason: string,
  votes: readonly Vote[],
): string {
  const steps = file.route.plan.length;
  const heard = heardOf(countingIn(votes, step));
  const said = heard.map((vote) => `${speakerInWords(vote)} ${SAID[vote.verdict]}`);
  const more = said.length > NAMED ? ` and ${said.length - NAMED} more` : '';
  return [
    ...(steps > 1 ? [`In step ${step + 1} of ${steps}:`] : []),
    reason,
    ...(said.length > 1 || (said.length === 1 && !heard.some((vote) => reason.includes(speakerInWords(vote))))
      ? [`Said: ${said.slice(0, NAMED).join(', ')}${more}.`]
      : []),
  ].join(' ');
}
