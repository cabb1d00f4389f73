import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decodeEvent, InvalidEventError, newEvent } from './event-codec.js';

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/request.submitted.v1.json', import.meta.url), 'utf8'),
) as {
  key: string;
  value: { id: string; subject: string; data: { request: Record<string, unknown> } };
};
const { key } = fixture;
const event = () => structuredClone(fixture.value);
const decoded = (value: unknown, withKey: string | null = key) =>
  decodeEvent(
    'request.submitted',
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    withKey,
  );
const withRequest = (change: Record<string, unknown>) => {
  const changed = event();
  Object.assign(changed.data.request, change);
  return changed;
};

describe('decodeEvent', () => {
  it('keeps what it does not know', () => {
    const extended = { ...withRequest({ colour: 'red' }), later: 1 };
    expect(decoded(extended)).toEqual(extended);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['no JSON', () => decoded('{"specversion"'), /^the value is not JSON$/],
    ['no text at all', () => decoded(''), /^the value is not JSON$/],
    ['no object', () => decoded('[]'), /^\(the whole event\) must be object$/],
    ['no value', () => decodeEvent('request.submitted', null, key), /^the record has no value$/],
    ['no data', () => decoded({ ...event(), data: undefined }), /must have required property 'data'/],
    [
      'another type',
      () => decoded({ ...event(), type: 'tollgate.route.resolved.v1' }),
      /^\/type must be equal to constant/,
    ],
    [
      'a wrong type of field',
      () => decoded(withRequest({ action: 7 })),
      /^\/data\/request\/action must be string$/,
    ],
    [
      'a date without a time',
      () => decoded(withRequest({ submittedAt: '2026-11-01' })),
      /^\/data\/request\/submittedAt must match format/,
    ],
    ['no key', () => decoded(event(), null), /are not the same request id/],
    [
      'another key',
      () => decoded(event(), 'c6a1b2c3-0000-4000-8000-000000000000'),
      /are not the same request id/,
    ],
    [
      'another subject',
      () => decoded({ ...event(), subject: 'c6a1b2c3-0000-4000-8000-000000000000' }),
      /are not the same request id/,
    ],
    ['nesting without end', () => decoded(`{"data":${'['.repeat(100_000)}`), /nests deeper than/],
  ])('refuses %s', (_, attempt, message) => {
    expect(attempt).toThrow(InvalidEventError);
    expect(attempt).toThrow(message);
  });

  it('is not misled by brackets in texts', () => {
    const noisy = withRequest({ reason: `${'[{'.repeat(500)}\\"${'[{'.repeat(500)}` });
    expect(decoded(noisy)).toEqual(noisy);
  });

  it('never repeats a value', () => {
    const secret = 'hunter2-hunter2';
    const attempts = [
      () => decoded(withRequest({ riskLevel: secret })),
      () => decoded(withRequest({ action: `${secret} ?` })),
      () => decoded(withRequest({ id: secret })),
      () => decoded(`{"${secret}`),
      () => decoded(event(), secret),
    ];
    for (const attempt of attempts) {
      expect(attempt).toThrow(InvalidEventError);
      expect(attempt).not.toThrow(secret);
    }
  });
});

describe('newEvent', () => {
  const data = { requestId: key, withdrawnBy: 'ci-bot', reason: '', withdrawnAt: '2026-11-01T10:00:00.000Z' };
  const given = {
    topic: 'request.withdrawn',
    service: 'intake',
    key,
    requestId: key,
    time: data.withdrawnAt,
    data,
  } as const;

  it('gives the same event for the same facts', () => {
    expect(newEvent(given)).toEqual(newEvent(structuredClone(given)));
  });

  it('gives another id on another topic and for another key', () => {
    const other = newEvent({
      ...given,
      topic: 'request.failed',
      data: { requestId: key, service: 'router', reason: '', givenUpBy: 'erin', failedAt: data.withdrawnAt },
    });
    expect(other.id).not.toBe(newEvent(given).id);
    expect(newEvent({ ...given, key: 'other' }).id).not.toBe(newEvent(given).id);
  });

  it('carries on the trace of its cause', () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(newEvent({ ...given, cause: { id: 'cause', traceparent } })).toMatchObject({
      causationid: 'cause',
      traceparent,
    });
    expect(newEvent({ ...given, cause: { id: 'cause' } })).not.toHaveProperty('traceparent');
  });
});
