import { type Decision } from '@tollgate/contracts';
import { forbidden, Problem } from '@tollgate/runtime';
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

/**
 * The refusal that a voter gets over the API.
 * @returns undefined where the vote counts
 */
export function voteProblem(outcome: VoteOutcome): Problem | undefined {
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
        case 'sign-in':
          return forbidden(
            'This request asks for a stronger sign-in; your vote is on record and does not count.',
          );
      }
  }
}
