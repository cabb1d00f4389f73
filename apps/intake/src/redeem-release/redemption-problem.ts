import { forbidden, Problem } from '@tollgate/runtime';
import { type Redeemed } from './redeem-release.js';

/** A redemption that did not succeed. */
export type Refused = Exclude<Redeemed, { kind: 'redeemed' | 'repeated' }>;

const blocked = ({ guardrail }: Refused & { kind: 'blocked' }): Problem => {
  const blocking = guardrail.results.filter(({ verdict }) => verdict === 'blocked');
  return new Problem(403, 'guardrail-blocks', 'A guardrail forbids it now', {
    detail: `${blocking.map(({ rule, reason }) => `${rule}: ${reason}`).join('; ')}. The release stays unused; it can be redeemed once nothing forbids it, until it expires.`,
    extra: { guardrail },
  });
};

/** How a redemption is refused. */
export function redemptionProblem(refused: Refused): Problem {
  switch (refused.kind) {
    case 'blocked':
      return blocked(refused);
    case 'other-audience':
      return forbidden('This release is for another audience, as its token says.');
    case 'not-ours':
      return new Problem(422, 'not-our-release', 'This is no release of this system', {
        detail:
          'The token is altered, was made by somebody else, or is not the one that was made for its request.',
      });
    case 'other-content':
      return new Problem(422, 'other-content', 'Something else was approved', {
        detail:
          'What you are about to do is not what was approved: action, environment, target or parameters differ. Do not do it; ask for it by a request of its own.',
      });
    case 'used':
      return new Problem(409, 'release-used', 'The release is used', {
        detail:
          'It was redeemed before, and works once. If that was you and the answer was lost, ask again with the same Idempotency-Key.',
      });
    case 'expired':
      return new Problem(410, 'release-expired', 'The release has expired', {
        detail: 'Its time is over; ask for the action by a new request.',
      });
    case 'revoked':
      return new Problem(410, 'release-revoked', 'The release was revoked', {
        detail: 'It was taken back before it was used; ask for the action by a new request.',
      });
  }
}
