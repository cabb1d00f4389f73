import { eventIdFor, newEvent, type ReleaseRevoked } from '@tollgate/contracts';
import { type OutboxRelay } from '@tollgate/messaging';
import { eventRecord } from '../events/event-record.js';
import { type ReleaseStanding } from '../redeem-release/release-standing.js';
import { markRevoked } from '../redeem-release/release-store.js';

/** Who takes a release back, and why. */
export interface Revocation {
  readonly standing: ReleaseStanding;
  readonly by: string;
  readonly reason: string;
}

/**
 * Revokes a release: from then on nobody redeems it.
 * @returns false when it was redeemed or revoked already
 */
export const revokeRelease = (relay: OutboxRelay, { standing, by, reason }: Revocation): Promise<boolean> =>
  relay.transaction(async (tx, publish) => {
    const { release, request } = standing;
    const requestId = request.id;
    const revokedAt = await markRevoked(tx, { release, requestId, by }, reason);
    if (revokedAt === undefined) return false;
    const { id: releaseId, audience } = release;
    const data: ReleaseRevoked = { requestId, releaseId, audience, revokedBy: by, reason, revokedAt };
    const event = newEvent({
      topic: 'release.revoked',
      service: 'intake',
      key: releaseId,
      requestId,
      time: revokedAt,
      cause: { id: eventIdFor(requestId, 'action.released') },
      data,
    });
    publish([{ ...eventRecord('release.revoked', event), key: releaseId, partitionKey: requestId }]);
    return true;
  });
