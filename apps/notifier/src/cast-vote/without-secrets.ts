import { type FreeTexts } from '@tollgate/secrets';
import { type Ballot } from './judge-vote.js';
import { MAX_REASON } from './reason.js';

/** A ballot with secrets cut out of its reason. */
export const withoutSecrets = async <T extends Pick<Ballot, 'requestId' | 'reason'>>(
  ballot: T,
  texts: Pick<FreeTexts, 'text'>,
): Promise<T> => ({
  ...ballot,
  reason: await texts.text(ballot.reason, { field: 'vote', scope: ballot.requestId, longest: MAX_REASON }),
});
