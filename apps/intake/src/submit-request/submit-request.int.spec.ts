import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, type RequestStatusDocument, requestIdFor } from '@tollgate/contracts';
import { type IncomingRecord, outgoing } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { BODY_LIMIT } from '../configure-http.js';
import { exampleBody, exampleJudgement, judgedEvent } from '../testing/example.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, PUBLIC_URL, TestSystem } from '../testing/test-system.js';

jest.setTimeout(60_000);

describe('POST /v1/requests', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let submitted: readonly IncomingRecord[];
  let key: string;
  let otherKey: string;

  const eventsOf = (id: string) => submitted.filter((record) => record.key === id);

  beforeAll(async () => {
    system = await TestSystem.create('submit');
    intake = await system.start();
    submitted = await system.follow('request.submitted');
    key = await system.producer(intake, 'ci-bot', 'alice');
    otherKey = await system.producer(intake, 'other-bot', 'bob');
  }, 60_000);
  afterAll(() => system.destroy());

  it('accepts a request, says where to follow it, and sends it on its way', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await intake.call('/v1/requests', { key, body: exampleBody(), headers: { traceparent } });
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'pending', requester: 'ci-bot', asked: [] },
    });
    const { id } = answer.body;
    expect(answer.headers.get('location')).toBe(`${PUBLIC_URL}/v1/requests/${id}`);
    expect(answer.headers.get('etag')).toMatch(/^".+"$/);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');

    await waitUntil('the event', () => eventsOf(id).length > 0, 5_000);
    const [record] = eventsOf(id);
    const event = decodeEvent('request.submitted', record?.value ?? null, id);
    expect(event).toMatchObject({ subject: id, correlationid: id, source: '/tollgate/intake', traceparent });
    expect(event.data.request).toMatchObject({
      ...exampleBody(),
      producer: 'ci-bot',
      requester: 'ci-bot',
      owner: 'alice',
      policyRevision: 1,
      contentHash: answer.body.contentHash,
    });
    expect((await intake.call(`/v1/requests/${id}`, { key })).text).toBe(answer.text);
  });

  const keyed = (idempotencyKey: string, body: unknown = exampleBody(), by = key) =>
    intake.call<RequestStatusDocument & { type: string; requestId: string }>('/v1/requests', {
      key: by,
      body,
      headers: { 'idempotency-key': idempotencyKey },
    });

  describe('with Prefer: wait', () => {
    const waitFor = (seconds: number, idempotencyKey: string) =>
      intake.call('/v1/requests', {
        key,
        body: exampleBody(),
        headers: { prefer: `wait=${seconds}`, 'idempotency-key': idempotencyKey },
      });

    it('answers 200 with the final status once it is there, and at once when asked again', async () => {
      const id = requestIdFor('ci-bot', 'waited for');
      const held = waitFor(30, 'waited for');
      await waitUntil('the event', () => eventsOf(id).length > 0, 5_000);
      const [record] = eventsOf(id);
      const { request } = decodeEvent('request.submitted', record?.value ?? null, id).data;
      await system.send(outgoing(judgedEvent(exampleJudgement(request)), 'guardrail.evaluated'));
      for (const answer of [await held, await waitFor(30, 'waited for')]) {
        expect(answer).toMatchObject({ status: 200, body: { id, status: 'released' } });
        expect(answer.headers.get('preference-applied')).toBe('wait=30');
        expect(answer.headers.get('location')).toBe(`${PUBLIC_URL}/v1/requests/${id}`);
      }
    });

    it('answers 202 as it stands when the time is over', async () => {
      expect(await waitFor(1, 'not waited for')).toMatchObject({ status: 202, body: { status: 'pending' } });
    });
  });

  it('takes the same key and body for the same request, in whatever order the members come', async () => {
    const first = await keyed('again');
    const turned = exampleBody({ target: { region: 'eu-west', service: 'checkout' } });
    for (const body of [exampleBody(), turned]) {
      expect(await keyed('again', body)).toMatchObject({ status: 202, text: first.text });
    }
    expect(first.body.id).toBe(requestIdFor('ci-bot', 'again'));
  });

  it('refuses the same key with another body, and changes nothing', async () => {
    const first = await keyed('conflict');
    const answer = await keyed('conflict', exampleBody({ reason: 'Another reason' }));
    expect(answer).toMatchObject({
      status: 409,
      body: { type: 'https://tollgate.dev/problems/idempotency-key-reused', requestId: first.body.id },
    });
    expect((await intake.call(`/v1/requests/${first.body.id}`, { key })).text).toBe(first.text);
  });

  it("tells one producer's keys from another's", async () => {
    const [mine, theirs] = [
      await keyed('shared'),
      await keyed('shared', exampleBody({ reason: 'Ours' }), otherKey),
    ];
    expect(theirs).toMatchObject({ status: 202, body: { requester: 'other-bot' } });
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  it('makes one request of 200 that come at once with one key', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => keyed('crowd')));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(202);
    const mixed = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        keyed('crowd of two', exampleBody({ reason: `body ${index % 2}` })),
      ),
    );
    const winners = mixed.filter(({ status }) => status === 202);
    expect(winners).toHaveLength(100);
    expect(mixed.filter(({ status }) => status === 409)).toHaveLength(100);
    for (const idempotencyKey of ['crowd', 'crowd of two']) {
      const id = requestIdFor('ci-bot', idempotencyKey);
      await waitUntil('the event', () => eventsOf(id).length > 0, 5_000);
      expect(eventsOf(id)).toHaveLength(1);
    }
  });

  it('makes one request of one key at two intakes at once', async () => {
    const second = await system.start();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        (index % 2 === 0 ? intake : second).call('/v1/requests', {
          key,
          body: exampleBody(),
          headers: { 'idempotency-key': `two intakes ${index % 3}` },
        }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(3);
    const ids = [...new Set(answers.map(({ body }) => body.id))];
    await waitUntil('the events', () => ids.every((id) => eventsOf(id).length > 0), 5_000);
    expect(ids.map((id) => eventsOf(id).length)).toEqual([1, 1, 1]);
    await second.stop();
  }, 20_000);

  describe('refuses, and publishes nothing', () => {
    const huge = JSON.stringify(exampleBody({ parameters: { blob: 'x'.repeat(BODY_LIMIT) } }));
    const nested = `{"action":"a","environment":"e","riskLevel":"low","reason":"r","target":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`;
    const pointers = (...expected: string[]) => ({
      errors: expected.map((pointer) => expect.objectContaining({ pointer })),
    });

    it.each<
      [string, number, string, { body?: unknown; headers?: Record<string, string>; key?: string }, object]
    >([
      ['no credential', 401, 'unauthenticated', { key: '' }, {}],
      ['an unknown key', 401, 'unauthenticated', { key: 'tg_nobody-knows-me' }, {}],
      ["the operators' key", 403, 'forbidden', { key: OPERATOR_KEY }, {}],
      ['no JSON', 400, 'malformed-json', { body: '{"action":\n "deploy_prod",}' }, { line: 2, column: 16 }],
      ['an empty body', 400, 'malformed-json', { body: '' }, {}],
      ['no object', 422, 'invalid', { body: '[]' }, pointers('')],
      [
        'nothing in it',
        422,
        'invalid',
        { body: {} },
        pointers('/action', '/environment', '/riskLevel', '/reason'),
      ],
      ['a wrong type', 422, 'invalid', { body: { ...exampleBody(), riskLevel: 3 } }, pointers('/riskLevel')],
      [
        'an unknown field',
        422,
        'invalid',
        { body: { ...exampleBody(), requester: 'bob' } },
        pointers('/requester'),
      ],
      [
        'a name out of bounds',
        422,
        'invalid',
        { body: exampleBody({ action: 'drop table' }) },
        pointers('/action'),
      ],
      ['a member twice', 422, 'not-i-json', { body: '{"action":"a","action":"b"}' }, pointers('/action')],
      [
        'a number out of bounds',
        422,
        'not-i-json',
        { body: '{"parameters":{"n":123456789012345678901}}' },
        pointers('/parameters/n'),
      ],
      ['half a character', 422, 'not-i-json', { body: '{"reason":"\\ud800"}' }, pointers('/reason')],
      ['U+0000', 422, 'not-i-json', { body: '{"target":{"a":"\\u0000"}}' }, pointers('/target/a')],
      ['too deep a nesting', 422, 'not-i-json', { body: nested }, {}],
      ['too large a body', 413, 'too-large', { body: huge }, {}],
      [
        'another content type',
        415,
        'unsupported-media-type',
        { body: 'a: 1', headers: { 'content-type': 'application/yaml' } },
        {},
      ],
      [
        'a form',
        415,
        'unsupported-media-type',
        { body: 'action=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        {},
      ],
      [
        'too long a key',
        400,
        'invalid-header',
        { body: exampleBody(), headers: { 'idempotency-key': 'k'.repeat(201) } },
        {},
      ],
      [
        'a key of other letters',
        400,
        'invalid-header',
        { body: exampleBody(), headers: { 'idempotency-key': 'é' } },
        {},
      ],
    ])('%s: %d %s', async (_name, status, slug, call, extra) => {
      const before = await intake.metric('tollgate_requests_accepted_total');
      const answer = await intake.call('/v1/requests', {
        key,
        body: exampleBody(),
        ...call,
        ...(call.key === '' ? { key: undefined } : {}),
      });
      expect(answer.body).toEqual(
        expect.objectContaining({ type: `https://tollgate.dev/problems/${slug}`, status, ...extra }),
      );
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(await intake.metric('tollgate_requests_accepted_total')).toBe(before);
    });

    it('a path that is not there: 404', async () => {
      expect(await intake.call('/v1/nothing', { key })).toMatchObject({
        status: 404,
        body: { type: 'https://tollgate.dev/problems/not-found' },
      });
    });

    it('a body that was cut off: nothing of it is repeated', async () => {
      const answer = await intake.call('/v1/requests', { key, body: '{"reason":"my secret' });
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('secret');
    });
  });
});
