import {
  eventIdFor,
  newEvent,
  producerOfInboundTopic,
  type RejectionReason,
  requestIdFor,
} from '@tollgate/contracts';
import { type IncomingRecord, type OutgoingRecord } from '@tollgate/messaging';
import { eventRecord } from '../events/event-record.js';
import { isoTime } from '../events/iso-time.js';
import { checkSubmission } from '../submit-request/check-submission.js';
import { keyFault } from '../submit-request/idempotency-key.js';
import { newSubmission, type Submission } from '../submit-request/submission.js';
import { readInbound, reason } from './inbound-event.js';

/** What is known when inbound records are read. */
export interface InboundDoor {
  /** The owner (a person) of each producer that is registered. */
  readonly owners: ReadonlyMap<string, string>;
  readonly policyRevision: number;
  /** ISO 8601. */
  readonly submittedAt: string;
}

/** A record of an inbound topic, read: a request, or what speaks against it. */
export type Inbound =
  | { readonly kind: 'submission'; readonly record: IncomingRecord; readonly submission: Submission }
  | {
      readonly kind: 'rejection';
      readonly record: IncomingRecord;
      readonly reasons: readonly RejectionReason[];
    };

/** More reasons than these help nobody. */
const MAX_REASONS = 50;

const placeOf = ({ topic, partition, offset }: IncomingRecord): string => `${topic}-${partition}-${offset}`;

const producerOf = ({ topic }: IncomingRecord): string => producerOfInboundTopic(topic) ?? topic;

/** The id of the request that a record asks for; without a key of its own it goes by its place. */
const requestIdOf = (record: IncomingRecord): string =>
  requestIdFor(producerOf(record), record.key === null || record.key === '' ? placeOf(record) : record.key);

/** Reads a record: the same check as at the other door. */
export function readInboundRequest(record: IncomingRecord, door: InboundDoor): Inbound {
  const reject = (...reasons: RejectionReason[]): Inbound => ({
    kind: 'rejection',
    record,
    reasons: reasons.slice(0, MAX_REASONS),
  });
  const producer = producerOf(record);
  const owner = door.owners.get(producer);
  if (owner === undefined)
    return reject(reason('unknown-producer', 'the producer of this topic is not registered'));
  const { key } = record;
  if (key === null) return reject(reason('no-key', 'the record needs a key: your own id of the request'));
  const fault = keyFault(key);
  if (fault !== undefined) return reject(reason('invalid-key', `the record's key ${fault}`));
  const reading = readInbound(record);
  if (!reading.ok) return reject(...reading.reasons);
  const checked = checkSubmission(reading.data);
  if (!checked.ok)
    return reject(...checked.faults.map(({ pointer, detail }) => reason('invalid', detail, pointer)));
  const submission = newSubmission(
    checked.value,
    { producer, requester: producer, owner },
    {
      id: requestIdFor(producer, key),
      key,
      submittedAt: door.submittedAt,
      policyRevision: door.policyRevision,
      ...(reading.traceparent === undefined ? {} : { traceparent: reading.traceparent }),
    },
  );
  return { kind: 'submission', record, submission };
}

/** The reason for a record whose key stands for a request with other content. */
export const conflict = (): RejectionReason =>
  reason(
    'conflict',
    'this key was used before for a request with other content; use a new key for a new request',
  );

/** The `request.rejected` of a record: its place and the reasons, never its content. The same record gives the same event. */
export function rejectedRecord(record: IncomingRecord, reasons: readonly RejectionReason[]): OutgoingRecord {
  const requestId = requestIdOf(record);
  const rejectedAt = isoTime(record.time);
  const event = newEvent({
    topic: 'request.rejected',
    service: 'intake',
    key: requestId,
    requestId,
    time: rejectedAt,
    data: {
      requestId,
      producer: producerOf(record),
      topic: record.topic,
      partition: record.partition,
      offset: String(record.offset),
      reasons: [...reasons],
      rejectedAt,
    },
  });
  // One key can be refused at several places, and each refusal is an event of its own.
  return eventRecord('request.rejected', { ...event, id: eventIdFor(placeOf(record), 'request.rejected') });
}
