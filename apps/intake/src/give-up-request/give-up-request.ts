import { newEvent, type RequestFailed } from '@tollgate/contracts';
import { type OutboxRelay } from '@tollgate/messaging';
import { endRequest } from '../end-request/end-request.js';
import { eventRecord } from '../events/event-record.js';

/**
 * Gives a stalled request up: its status is `failed`, for good.
 * @returns false when it was at its end already
 */
export const giveUpRequest = (relay: OutboxRelay, failed: RequestFailed): Promise<boolean> =>
  relay.transaction(async (tx, publish) => {
    const { requestId, failedAt } = failed;
    const ended = await endRequest(tx, {
      requestId,
      status: 'failed',
      stage: 'request.failed',
      data: failed,
      at: failedAt,
    });
    if (!ended) return false;
    const event = newEvent({
      topic: 'request.failed',
      service: 'intake',
      key: requestId,
      requestId,
      time: failedAt,
      data: failed,
    });
    publish([eventRecord('request.failed', event)]);
    return true;
  });
