import { deadLetterTopic, isUuid, retryTopic, type ServiceName } from '@tollgate/contracts';
import { type IncomingRecord } from '../incoming-record.js';
import { type OutgoingRecord } from '../outgoing-record.js';
import { PermanentError } from '../permanent-error.js';

const HEADER = {
  topic: 'tollgate-origin-topic',
  partition: 'tollgate-origin-partition',
  offset: 'tollgate-origin-offset',
  key: 'tollgate-origin-key',
  time: 'tollgate-origin-time',
  value: 'tollgate-origin-value',
  reason: 'tollgate-reason',
  service: 'tollgate-service',
  failedAt: 'tollgate-failed-at',
  requestId: 'tollgate-request-id',
} as const;
const ORIGIN_HEADER = 'origin-';
/** What `tollgate-origin-value` says of a record that had no value: a dead letter's own is then empty. */
const NO_VALUE = 'null';
const LONGEST_REASON = 1000;

/** The name of a record's place: `<topic>-<partition>-<offset>`. */
export const placeOf = ({
  topic,
  partition,
  offset,
}: Pick<IncomingRecord, 'topic' | 'partition' | 'offset'>): string => `${topic}-${partition}-${offset}`;

/** Why a record failed, and when. */
export interface Failing {
  readonly service: ServiceName;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * The dead letter of a record: its bytes untouched, its place, and why. It keeps the record's lane.
 * @param lanes the number of partitions of the dead-letter topic
 */
export function deadLetterOf(
  record: IncomingRecord,
  { service, reason, at }: Failing,
  lanes: number,
): OutgoingRecord {
  const headers: Record<string, string | Buffer> = {
    [HEADER.topic]: record.topic,
    [HEADER.partition]: String(record.partition),
    [HEADER.offset]: String(record.offset),
    [HEADER.time]: String(record.time),
    [HEADER.reason]: reason.slice(0, LONGEST_REASON),
    [HEADER.service]: service,
    [HEADER.failedAt]: at,
  };
  if (record.key !== null) headers[HEADER.key] = record.key;
  if (record.key !== null && isUuid(record.key)) headers[HEADER.requestId] = record.key;
  if (record.value === null) headers[HEADER.value] = NO_VALUE;
  for (const [name, value] of Object.entries(record.headers)) headers[`${ORIGIN_HEADER}${name}`] = value;
  return {
    topic: deadLetterTopic(service),
    key: placeOf(record),
    value: record.value ?? Buffer.alloc(0),
    headers,
    partition: record.partition % lanes,
  };
}

const text = (record: IncomingRecord, name: string): string | undefined =>
  record.headers[name]?.toString('utf8');

function required(record: IncomingRecord, name: string): string {
  const value = text(record, name);
  if (value === undefined) throw new PermanentError(`the record has no header ${name}: it is no dead letter`);
  return value;
}

function numeric(record: IncomingRecord, name: string): bigint {
  const value = required(record, name);
  if (!/^\d{1,18}$/.test(value)) throw new PermanentError(`the header ${name} is no number`);
  return BigInt(value);
}

/**
 * The record that a dead letter, or a retry of one, holds: as it was, at its own place.
 * @throws PermanentError when the record is neither
 */
export function originOf(record: IncomingRecord): IncomingRecord {
  const headers = Object.entries(record.headers)
    .filter(([name]) => name.startsWith(ORIGIN_HEADER))
    .map(([name, value]) => [name.slice(ORIGIN_HEADER.length), value] as const);
  return {
    topic: required(record, HEADER.topic),
    partition: Number(numeric(record, HEADER.partition)),
    offset: numeric(record, HEADER.offset),
    time: Number(numeric(record, HEADER.time)),
    key: text(record, HEADER.key) ?? null,
    value: text(record, HEADER.value) === NO_VALUE ? null : record.value,
    headers: Object.fromEntries(headers),
  };
}

/**
 * Why and when the record of a dead letter failed.
 * @throws PermanentError when the record is no dead letter
 */
export function failingOf(record: IncomingRecord): {
  readonly service: string;
  readonly reason: string;
  readonly at: string;
  readonly requestId?: string;
} {
  const requestId = text(record, HEADER.requestId);
  return {
    service: required(record, HEADER.service),
    reason: required(record, HEADER.reason),
    at: required(record, HEADER.failedAt),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** The copy of a dead letter that hands its record back to the service. */
export const retryOf = (deadLetter: IncomingRecord, service: ServiceName): OutgoingRecord => ({
  topic: retryTopic(service),
  key: deadLetter.key ?? placeOf(originOf(deadLetter)),
  value: deadLetter.value,
  headers: deadLetter.headers,
  partition: deadLetter.partition,
});
