import { type ReleaseState } from '@tollgate/contracts';
import { releaseState, type ReleaseStanding } from '../redeem-release/release-standing.js';

/** A release as `GET /v1/releases/{id}` shows it: all but its token. */
export interface ReleaseDocument {
  readonly id: string;
  readonly requestId: string;
  readonly state: ReleaseState;
  readonly audience: string;
  readonly contentHash: string;
  readonly releasedAt: string;
  readonly expiresAt: string;
  /** Who redeemed or revoked it, and when. */
  readonly endedBy?: string;
  readonly endedAt?: string;
  /** Why it was revoked. */
  readonly reason?: string;
}

/** The document of a release, as it stood when it was read. */
export function releaseDocument({ request, release, end, now }: ReleaseStanding): ReleaseDocument {
  return {
    id: release.id,
    requestId: request.id,
    state: releaseState(release, end, now),
    audience: release.audience,
    contentHash: request.contentHash,
    releasedAt: release.releasedAt,
    expiresAt: release.expiresAt,
    ...(end === undefined ? {} : { endedBy: end.by, endedAt: end.at }),
    ...(end?.state === 'revoked' ? { reason: end.reason } : {}),
  };
}
