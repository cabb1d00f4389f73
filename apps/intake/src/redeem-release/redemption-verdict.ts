import { contentHash, type RequestContent } from '@tollgate/contracts';
import { type ReleaseEnd, releaseState, type ReleaseStanding } from './release-standing.js';

/** What somebody redeems, and what they say of it. */
export interface Redemption {
  readonly token: string;
  /** The name of the credential. */
  readonly audience: string;
  /** The caller's own id of the redemption; null where it gives none. */
  readonly idempotencyKey: string | null;
  /** The hash of what they are about to do, where they say it. */
  readonly contentHash?: string;
  /** What they are about to do, where they say it. */
  readonly content?: RequestContent;
}

/** Whether a release may be redeemed, so far as its standing tells. */
export type RedemptionVerdict =
  /** Only the guardrails have a say any more. */
  | { readonly kind: 'redeemable' }
  /** It is the caller's own redemption, again. */
  | { readonly kind: 'repeated'; readonly end: ReleaseEnd & { state: 'redeemed' } }
  | { readonly kind: 'not-ours' | 'other-audience' | 'other-content' | 'used' | 'revoked' | 'expired' };

const isOther = (approved: string, { contentHash: hash, content }: Redemption): boolean =>
  (hash !== undefined && hash !== approved) || (content !== undefined && contentHash(content) !== approved);

/** Says whether a release may be redeemed. Its token must be the very one that was made first. */
export function redemptionVerdict(standing: ReleaseStanding, redemption: Redemption): RedemptionVerdict {
  const { request, release, end, now } = standing;
  if (release.token !== redemption.token) return { kind: 'not-ours' };
  if (release.audience !== redemption.audience) return { kind: 'other-audience' };
  if (isOther(request.contentHash, redemption)) return { kind: 'other-content' };
  if (end?.state === 'redeemed') {
    const { idempotencyKey } = redemption;
    return idempotencyKey !== null && end.by === redemption.audience && end.idempotencyKey === idempotencyKey
      ? { kind: 'repeated', end }
      : { kind: 'used' };
  }
  const state = releaseState(release, end, now);
  return state === 'revoked' || state === 'expired' ? { kind: state } : { kind: 'redeemable' };
}
