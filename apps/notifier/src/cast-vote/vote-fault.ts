import { type Verdict } from '@tollgate/contracts';
import { describeDecision } from '../approvals-api/vote-problems.js';
import { type VoteOutcome } from './vote-tally.js';

/** For a page that does not show what is asked now. */
export const STALE =
  'The page was open for too long, or shows something older than what is asked now. Nothing was decided; look again and decide then.';

/** For a vote that is not taken without a reason. */
export const reasonMissing = (verdict: Verdict): string =>
  `A reason is needed with ${verdict}. Nothing was decided; write one, and decide again.`;

/** Why a vote from a page did not count, in a sentence; undefined where it did. */
export function voteFault(outcome: VoteOutcome): string | undefined {
  switch (outcome.kind) {
    case 'counted':
      return undefined;
    case 'other-content':
      return STALE;
    case 'too-many':
      return 'You have changed your mind too often; what you said last stands.';
    case 'not-open':
    case 'stranger':
    case 'no-delegate':
      return 'This request does not ask you.';
    case 'for-whom':
      return `You stand for ${outcome.voices.join(' and ')}, and have one vote. Say for whom it is; nothing was decided.`;
    case 'reason-missing':
      return reasonMissing(outcome.verdict);
    case 'uncounted':
      if (outcome.decision !== undefined)
        return `Your decision came too late and does not count. ${describeDecision(outcome.decision)}`;
      if (outcome.words !== undefined)
        return `${outcome.words} What you said is on record and does not count.`;
      if (outcome.why === 'step-begun')
        return 'Meanwhile the request moved on to its next step, and you are asked anew. What you said is on record and does not count; look again and decide then.';
      if (outcome.why === 'view-used')
        return 'This page was used already for another vote, and that one stands. Look again, and decide once more below if you want to change what you said.';
      if (outcome.why === 'sign-in')
        return 'This request asks for a stronger sign-in. What you said is on record and does not count.';
      if (outcome.why === 'sign-in-old')
        return 'You signed in too long ago. What you said is on record and does not count; sign in again and decide then.';
      if (outcome.why === 'stage-ahead')
        return 'Others are asked before you. What you said is on record and does not count; decide again when you are asked.';
      if (outcome.why === 'inactive')
        return 'You are not active in the directory. What you said is on record and does not count.';
      return 'Your decision came too late. It is on record and does not count.';
  }
}
