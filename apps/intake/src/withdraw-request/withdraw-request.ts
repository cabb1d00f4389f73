import { newEvent, type RequestWithdrawn } from '@tollgate/contracts';
import { type OutboxRelay } from '@tollgate/messaging';
import { endRequest } from '../end-request/end-request.js';
import { eventRecord } from '../events/event-record.js';

/**
 * Withdraws a request: it is cancelled at once, and is never released.
 * @returns false when it was at its end already
 */
export const withdrawRequest = (relay: OutboxRelay, withdrawn: RequestWithdrawn): Promise<boolean> =>
  relay.transaction(async (tx, publish) => {
    const { requestId, withdrawnAt } = withdrawn;
    const ended = await endRequest(tx, {
      requestId,
      status: 'cancelled',
      stage: 'request.withdrawn',
      data: withdrawn,
      at: withdrawnAt,
    });
    if (!ended) return false;
    const event = newEvent({
      topic: 'request.withdrawn',
      service: 'intake',
      key: requestId,
      requestId,
      time: withdrawnAt,
      data: withdrawn,
    });
    publish([eventRecord('request.withdrawn', event)]);
    return true;
  });
