import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type IncomingRecord } from '../incoming-record.js';
import { type OutgoingRecord } from '../outgoing-record.js';
import { PermanentError } from '../permanent-error.js';
import { deadLetterOf, originOf, retryOf } from './dead-letter-record.js';
import { parseDeadLetter } from './parse-dead-letter.js';

const failing = { service: 'router', reason: 'it is poison', at: '2026-11-01T10:00:00.000Z' } as const;
const bytes = fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array));
const headerName = fc.stringMatching(/^[a-z-]{1,20}$/);

const anyRecord: fc.Arbitrary<IncomingRecord> = fc.record({
  topic: fc.constantFrom('request.submitted', 'request.inbound.ci-bot', 'router.retry'),
  partition: fc.integer({ min: 0, max: 99 }),
  offset: fc.bigInt({ min: 0n, max: 10n ** 17n }),
  key: fc.option(fc.oneof(fc.uuid(), fc.string())),
  value: fc.option(bytes),
  headers: fc.dictionary(headerName, bytes, { noNullPrototype: true }),
  time: fc.integer({ min: 0, max: 4e12 }),
});

/** What comes in on the other side of the broker. */
const arrived = (record: OutgoingRecord, offset = 0n): IncomingRecord => ({
  topic: record.topic,
  partition: record.partition ?? 0,
  offset,
  key: record.key,
  value: typeof record.value === 'string' ? Buffer.from(record.value) : record.value,
  headers: Object.fromEntries(
    Object.entries(record.headers ?? {}).map(([name, value]) => [name, Buffer.from(value)]),
  ),
  time: 1,
});

describe('a dead letter', () => {
  it('holds the record as it was, whatever it was, and so does its retry', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const letter = arrived(deadLetterOf(record, failing, 4));
        expect(originOf(letter)).toEqual(record);
        expect(letter.partition).toBe(record.partition % 4);
        expect(originOf(arrived(retryOf(letter, 'router')))).toEqual(record);
      }),
    );
  });

  it('says where, why, when and about which request', () => {
    const requestId = '5df1a1bb-a09b-5048-829b-59933f181f22';
    const record: IncomingRecord = {
      topic: 'request.submitted',
      partition: 3,
      offset: 42n,
      key: requestId,
      value: Buffer.from('x'),
      headers: {},
      time: 7,
    };
    const letter = deadLetterOf(record, failing, 4);
    expect(letter).toMatchObject({
      topic: 'router.dead-letter',
      key: 'request.submitted-3-42',
      partition: 3,
    });
    expect(parseDeadLetter(arrived(letter))).toEqual({
      service: 'router',
      place: 'request.submitted-3-42',
      requestId,
      reason: 'it is poison',
      failedAt: '2026-11-01T10:00:00.000Z',
      origin: record,
    });
    expect(letter.headers).toMatchObject({
      'tollgate-origin-topic': 'request.submitted',
      'tollgate-origin-partition': '3',
      'tollgate-origin-offset': '42',
      'tollgate-origin-key': requestId,
      'tollgate-request-id': requestId,
      'tollgate-reason': 'it is poison',
      'tollgate-service': 'router',
      'tollgate-failed-at': '2026-11-01T10:00:00.000Z',
    });
    expect(retryOf(arrived(letter), 'router')).toMatchObject({
      topic: 'router.retry',
      key: 'request.submitted-3-42',
    });
  });

  it('is refused where a record is none', () => {
    const none: IncomingRecord = {
      topic: 'router.retry',
      partition: 0,
      offset: 0n,
      key: null,
      value: null,
      headers: {},
      time: 0,
    };
    expect(() => originOf(none)).toThrow(PermanentError);
    const odd = {
      ...none,
      headers: { 'tollgate-origin-topic': Buffer.from('t'), 'tollgate-origin-partition': Buffer.from('-1') },
    };
    expect(() => originOf(odd)).toThrow('no number');
  });
});
