import { newEvent } from '@tollgate/contracts';
import { outgoing, type OutgoingRecord } from '@tollgate/messaging';
import { type Approval, type RecordedVote } from '../approval/approval.js';

/** A vote as an event: its id, for what it causes, and the record that carries it. */
export interface VoteEvent {
  readonly id: string;
  readonly record: OutgoingRecord;
}

/** The event vote.cast of a vote, counted or not. */
export function voteRecord(approval: Approval, { count, vote }: RecordedVote): VoteEvent {
  const { requestId, eventId, traceparent } = approval;
  const key = `${requestId}|${vote.person}|${count}`;
  const event = newEvent({
    topic: 'vote.cast',
    service: 'notifier',
    key,
    requestId,
    time: vote.at,
    cause: { id: eventId, ...(traceparent === undefined ? {} : { traceparent }) },
    data: { requestId, count, vote },
  });
  return { id: event.id, record: outgoing(event, 'vote.cast', { key, partitionKey: requestId }) };
}
