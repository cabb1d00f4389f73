import { describe, expect, it } from '@jest/globals';
import { type IncomingRecord } from '@tollgate/messaging';
import { EXAMPLE_ID } from '../testing/example.js';
import { requestDeadLetter } from './dead-letter-note.js';

const record = (headers: Record<string, string>, changes: Partial<IncomingRecord> = {}): IncomingRecord => ({
  topic: 'router.dead-letter',
  partition: 0,
  offset: 0n,
  key: 'request.submitted-1-17',
  value: Buffer.from('poison'),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])),
  time: Date.parse('2026-11-22T18:00:00Z'),
  ...changes,
});
const good = {
  'tollgate-request-id': EXAMPLE_ID.toUpperCase(),
  'tollgate-service': 'router',
  'tollgate-origin-topic': 'request.submitted',
  'tollgate-reason': 'no such revision',
  'tollgate-failed-at': '2026-11-22T18:00:01.000Z',
};

describe('a dead letter', () => {
  it('is read as far as it is about a request', () => {
    expect(requestDeadLetter(record(good))).toEqual({
      requestId: EXAMPLE_ID,
      service: 'router',
      place: 'request.submitted-1-17',
      failedAt: '2026-11-22T18:00:01.000Z',
      topic: 'request.submitted',
      reason: 'no such revision',
    });
  });

  it.each([
    ['names no request', record({ ...good, 'tollgate-request-id': 'x' })],
    ['has no headers', record({})],
    ['has no place', record(good, { key: null })],
  ])('is passed over when it %s', (_name, given) => expect(requestDeadLetter(given)).toBeUndefined());

  it('is read whatever else its headers hold', () => {
    const odd = record({
      ...good,
      'tollgate-failed-at': '2026-99-99T00:00:00Z',
      'tollgate-reason': `a\0${'x'.repeat(5_000)}`,
    });
    expect(requestDeadLetter(odd)).toMatchObject({ failedAt: '2026-11-22T18:00:00.000Z' });
    expect(requestDeadLetter(odd)?.reason).toMatch(/^a\ufffdx{998}$/);
  });
});
