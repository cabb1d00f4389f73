import { type Decision } from '@tollgate/contracts';
import { forbidden, Problem } from '@tollgate/runtime';
import { SIGN_IN_RECENT_MS } from '../cast-vote/sign-in-obstacle.js';
import { type VoteOutcome } from '../cast-vote/vote-tally.js';

/** A decision in one sentence, for whoever came too late. */
export function describeDecision({ outcome, decidedBy, decidedAt, explanation }: Decision): string {
  const by = decidedBy === 'people' ? '' : ` by ${decidedBy}`;
  return `It was decided at ${decidedAt}${by}: ${outcome}. ${explanation}`;
}

const decided = (decision: Decision | undefined) =>
  decision === undefined
    ? { extra: { counted: false, status: 'pending' } }
    : { extra: { counted: false, status: 'closed', decision } };

const tooLate = (detail: string, decision?: Decision): Problem =>
  new Problem(409, 'too-late', 'The vote came too late', { detail, ...decided(decision) });

/** What a client has to ask its provider for, to come back with a better token (RFC 9470). */
const stepUp = (detail: string, wanted: string): Problem =>
  new Problem(403, 'sign-in', 'A stronger or more recent sign-in is needed', {
    detail,
    extra: { counted: false },
    headers: { 'www-authenticate': `Bearer error="insufficient_user_authentication", ${wanted}` },
  });

/**
 * The refusal that a voter gets over the API.
 * @param recentMs how long ago a sign-in may be where the policy asks for one, in milliseconds
 * @returns undefined where the vote counts
 */
export function voteProblem(outcome: VoteOutcome, recentMs = SIGN_IN_RECENT_MS): Problem | undefined {
  switch (outcome.kind) {
    case 'counted':
      return undefined;
    case 'not-open':
      return new Problem(404, 'not-open', 'There is no such approval', {
        detail: 'No approval of this request is open; if it was submitted just now, try again.',
        headers: { 'retry-after': '1' },
      });
    case 'stranger':
      return forbidden('This request does not ask you.');
    case 'no-delegate':
      return new Problem(403, 'no-delegation', 'You do not stand for this person', {
        detail: 'No delegation to you by the person whom you named is known; nothing went on record.',
        faults: [{ pointer: '/onBehalfOf', detail: 'has declared no delegation to you' }],
      });
    case 'for-whom':
      return new Problem(422, 'for-whom', 'Say for whom you vote', {
        detail: `You stand for ${outcome.voices.join(' and ')}, and have one vote: say for whom it is.`,
        faults: [{ pointer: '/onBehalfOf', detail: `must be one of ${outcome.voices.join(', ')}` }],
        extra: { onBehalfOf: outcome.voices },
      });
    case 'reason-missing':
      return new Problem(422, 'reason-missing', 'A reason is needed', {
        detail: `The policy asks for a reason with ${outcome.verdict}; nothing went on record.`,
        faults: [{ pointer: '/reason', detail: `must say why, where the verdict is ${outcome.verdict}` }],
      });
    case 'other-content':
      return new Problem(409, 'other-content', 'The content is not the one you saw', {
        detail:
          'The content hash of your vote is not that of the request; read the approval again before you vote.',
      });
    case 'too-many':
      return new Problem(429, 'too-many-votes', 'Too many votes', {
        detail: 'You have changed your vote on this request too often; your last vote stands.',
      });
    case 'uncounted':
      switch (outcome.why) {
        case 'closed':
          return tooLate(
            outcome.decision === undefined ? 'It is decided already.' : describeDecision(outcome.decision),
            outcome.decision,
          );
        case 'late':
          return tooLate('The deadline has passed; your vote is on record and does not count.');
        case 'step-over':
          return tooLate(
            'The step in which you were asked is over; your vote is on record and does not count.',
          );
        case 'step-begun':
        case 'view-used':
          return tooLate(
            'It was meant for something older than what is asked now; your vote is on record and does not count.',
          );
        case 'not-yet':
          return forbidden('You may be asked in a later step; your vote is on record and does not count.');
        case 'stage-ahead':
          return forbidden(
            'Others are asked before you; your vote is on record and does not count. Vote again when you are asked.',
          );
        case 'excluded':
          return forbidden('You may not decide on this request; your vote is on record and does not count.');
        case 'inactive':
          return forbidden('You are not active in the directory; your vote is on record and does not count.');
        case 'delegation':
        case 'in-person':
          return new Problem(403, 'no-delegation', 'You do not stand for this person', {
            detail: `${outcome.words ?? ''} Your vote is on record and does not count.`.trim(),
            faults: [{ pointer: '/onBehalfOf', detail: outcome.words ?? 'is not whom you stand for' }],
            extra: { counted: false, status: 'pending' },
          });
        case 'sign-in':
          // A bearer token is a sign-in already, so what is stronger is a passkey.
          return stepUp(
            'This request asks for a passkey; your vote is on record and does not count. Vote on the page of the ' +
              'request, or with a token that says `acr` phr or phrh.',
            'acr_values="phr phrh"',
          );
        case 'sign-in-old':
          return stepUp(
            'This request asks for a recent sign-in; your vote is on record and does not count. Sign in again, and ' +
              'vote with the new token.',
            `max_age=${Math.floor(recentMs / 1000)}`,
          );
      }
  }
}
