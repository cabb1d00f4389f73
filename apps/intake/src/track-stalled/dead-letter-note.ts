import { isUuid } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { isoTime } from '../events/iso-time.js';

/** A dead letter as far as it is about a request. */
export interface RequestDeadLetter {
  /** In lower case. */
  readonly requestId: string;
  readonly service: string;
  /** The origin topic, partition and offset. */
  readonly place: string;
  /** ISO 8601. */
  readonly failedAt: string;
  /** The origin topic. */
  readonly topic: string;
  readonly reason: string;
}

const MAX_REASON_LENGTH = 1_000;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** Text that Postgres can hold. */
const clean = (text: string): string => text.replaceAll('\0', '\uFFFD').slice(0, MAX_REASON_LENGTH);

/** Reads a record of a dead-letter topic; undefined for one that names no request. */
export function requestDeadLetter({ key, headers, time }: IncomingRecord): RequestDeadLetter | undefined {
  const header = (name: string): string | undefined => headers[`tollgate-${name}`]?.toString('utf8');
  const requestId = header('request-id');
  if (requestId === undefined || !isUuid(requestId) || key === null) return undefined;
  const failedAt = header('failed-at');
  return {
    requestId: requestId.toLowerCase(),
    service: clean(header('service') ?? ''),
    place: clean(key),
    failedAt:
      failedAt !== undefined && TIME.test(failedAt) && !Number.isNaN(Date.parse(failedAt))
        ? failedAt
        : isoTime(time),
    topic: clean(header('origin-topic') ?? ''),
    reason: clean(header('reason') ?? ''),
  };
}
