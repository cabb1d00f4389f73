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
import { type ScanSecrets } from '../scan-secrets/scan-secrets.js';
import { SECRET_DETECTED, secretDetail } from '../scan-secrets/secret-problem.js';
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
  readonly scan: ScanSecrets;
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

/** The refusals of a record that were said before it was scanned, without names that are secrets. */
const withoutSecrets = (
  reasons: readonly RejectionReason[],
  { scan }: InboundDoor,
  scope: string,
): Promise<RejectionReason[]> =>
  Promise.all(
    reasons.map(async (each) =>
      each.pointer === undefined ? each : { ...each, pointer: await scan.pointer(each.pointer, scope) },
    ),
  );

const secretReason = (rule: string, pointer?: string): RejectionReason => ({
  ...reason(
    SECRET_DETECTED,
    pointer === undefined ? `the record's key ${secretDetail(rule)}` : secretDetail(rule),
    pointer,
  ),
  rule,
});

/** Reads a record: the same scan and the same check as at the other door. */
export async function readInboundRequest(record: IncomingRecord, door: InboundDoor): Promise<Inbound> {
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
  const secretRule = await door.scan.key(key);
  // Its id would be made from it: it goes by its place instead.
  if (secretRule !== undefined)
    return { kind: 'rejection', record: { ...record, key: null }, reasons: [secretReason(secretRule)] };
  const fault = keyFault(key);
  if (fault !== undefined) return reject(reason('invalid-key', `the record's key ${fault}`));
  const id = requestIdFor(producer, key);
  const reading = readInbound(record);
  if (!reading.ok) return reject(...(await withoutSecrets(reading.reasons, door, id)));
  const scanned = await door.scan.body(reading.data, id);
  if (!scanned.ok)
    return reject(...scanned.detections.map(({ rule, pointer }) => secretReason(rule, pointer)));
  const checked = checkSubmission(scanned.body);
  if (!checked.ok)
    return reject(...checked.faults.map(({ pointer, detail }) => reason('invalid', detail, pointer)));
  if (checked.value.breakGlass !== undefined)
    return reject(
      reason(
        'break-glass-by-http',
        'breaks the glass, which takes the token of a person: send it by POST /v1/requests',
        '/breakGlass',
      ),
    );
  const submission = newSubmission(
    checked.value,
    { producer, requester: producer, owner },
    {
      id,
      key,
      submittedAt: door.submittedAt,
      policyRevision: door.policyRevision,
      ...(reading.traceparent === undefined ? {} : { traceparent: reading.traceparent }),
    },
    scanned,
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
