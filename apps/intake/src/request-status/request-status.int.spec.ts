import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId, type Request } from '@tollgate/contracts';
import { outgoing } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { exampleJudgement, judgedEvent, routedEvent } from '../testing/example.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

const PATIENCE_MS = 15_000;

jest.setTimeout(60_000);

describe('the status of a request', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let key: string;
  let otherKey: string;
  let readerKey: string;

  const get = (id: string, headers: Record<string, string> = {}, by = key) =>
    intake.call(`/v1/requests/${id}`, { key: by, headers });
  const judge = (request: Request) =>
    system.send(outgoing(judgedEvent(exampleJudgement(request)), 'guardrail.evaluated'));

  beforeAll(async () => {
    system = await TestSystem.create('status');
    intake = await system.start();
    key = await system.producer(intake, 'ci-bot', 'alice');
    otherKey = await system.producer(intake, 'other-bot', 'bob');
    const { body } = await intake.call<{ key: string }>('/v1/producers/other-bot/keys', {
      key: OPERATOR_KEY,
      body: { scopes: ['requests:read'] },
    });
    readerKey = body.key;
  }, 60_000);
  afterAll(() => system.destroy());

  it("is for its producer, and for those with the scope to read everybody's", async () => {
    const { id } = await system.submit(intake, key);
    for (const by of [key, readerKey, OPERATOR_KEY])
      expect(await get(id, {}, by)).toMatchObject({ status: 200, body: { id } });
    for (const path of ['', '/events', '/withdraw']) {
      const method = path === '/withdraw' ? 'POST' : 'GET';
      expect(await intake.call(`/v1/requests/${id}${path}`, { key: otherKey, method })).toMatchObject({
        status: 404,
      });
      expect(await intake.call(`/v1/requests/${newRequestId()}${path}`, { key, method })).toMatchObject({
        status: 404,
      });
      expect(await intake.call(`/v1/requests/nonsense${path}`, { key, method })).toMatchObject({
        status: 404,
      });
      expect(await intake.call(`/v1/requests/${id}${path}`, { method })).toMatchObject({ status: 401 });
    }
    expect(
      await intake.call(`/v1/requests/${id}/withdraw`, { key: readerKey, method: 'POST' }),
    ).toMatchObject({ status: 403 });
    expect(await get(id)).toMatchObject({ body: { status: 'pending' } });
    expect(await get(id.toUpperCase())).toMatchObject({ status: 200, body: { id } });
  });

  it('is not sent again to who has it', async () => {
    const request = await system.submit(intake, key);
    const first = await get(request.id);
    const tag = first.headers.get('etag') ?? '';
    expect(await get(request.id, { 'if-none-match': tag })).toMatchObject({ status: 304, text: '' });
    await system.send(outgoing(routedEvent(request), 'route.resolved'));
    await waitUntil(
      'another document',
      async () => (await get(request.id, { 'if-none-match': tag })).status === 200,
      PATIENCE_MS,
    );
  });

  it('is held until it is final', async () => {
    const request = await system.submit(intake, key);
    const held = Array.from({ length: 20 }, () => get(request.id, { prefer: 'wait=20' }));
    await waitUntil(
      'the answers to be held',
      async () => (await intake.metric('tollgate_requests_watched')) > 0,
      PATIENCE_MS,
    );
    await system.send(outgoing(routedEvent(request), 'route.resolved'));
    await judge(request);
    const answers = await Promise.all(held);
    const now = await get(request.id);
    expect(now.body.status).toBe('released');
    for (const answer of answers) {
      expect(answer.text).toBe(now.text);
      expect(answer.headers.get('etag')).toBe(now.headers.get('etag'));
      expect(answer.headers.get('preference-applied')).toBe('wait=20');
    }
    expect((await get(request.id, { prefer: 'wait=20' })).text).toBe(now.text);
    await waitUntil(
      'nobody to wait',
      async () => (await intake.metric('tollgate_requests_watched')) === 0,
      PATIENCE_MS,
    );
  });

  it('is told as it is when the time is over', async () => {
    const { id } = await system.submit(intake, key);
    const answer = await get(id, { prefer: 'wait=1' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'pending' } });
    expect(answer.headers.get('preference-applied')).toBe('wait=1');
  });

  it('is held for a withdrawal too, and until whoever asked has gone', async () => {
    const [{ id }, left] = await Promise.all([system.submit(intake, key), system.submit(intake, key)]);
    const leaving = new AbortController();
    const gone = intake.call(`/v1/requests/${left.id}`, {
      key,
      headers: { prefer: 'wait=60' },
      signal: leaving.signal,
    });
    const held = get(id, { prefer: 'wait=20' });
    await waitUntil(
      'both to be held',
      async () => (await intake.metric('tollgate_requests_watched')) === 2,
      PATIENCE_MS,
    );
    leaving.abort();
    await expect(gone).rejects.toThrow();
    await intake.call(`/v1/requests/${id}/withdraw`, { key, method: 'POST' });
    expect(await held).toMatchObject({ body: { status: 'cancelled' } });
    await waitUntil(
      'nobody to wait',
      async () => (await intake.metric('tollgate_requests_watched')) === 0,
      PATIENCE_MS,
    );
  });

  it('is told by whichever intake is asked, whichever took the verdict; a stop answers what is held', async () => {
    const second = await system.start();
    const requests = await Promise.all(Array.from({ length: 12 }, () => system.submit(intake, key)));
    const held = requests.flatMap(({ id }) =>
      [intake, second].map((at) => at.call(`/v1/requests/${id}`, { key, headers: { prefer: 'wait=20' } })),
    );
    const pending = await system.submit(intake, key);
    const cutShort = second.call(`/v1/requests/${pending.id}`, { key, headers: { prefer: 'wait=60' } });
    await waitUntil(
      'all to be held',
      async () => (await second.metric('tollgate_requests_watched')) === 13,
      PATIENCE_MS,
    );
    await system.send(
      ...requests.map((request) => outgoing(judgedEvent(exampleJudgement(request)), 'guardrail.evaluated')),
    );
    expect(new Set((await Promise.all(held)).map(({ body }) => body.status))).toEqual(new Set(['released']));
    const [answer] = await Promise.all([cutShort, second.stop()]);
    expect(answer).toMatchObject({ status: 200, body: { status: 'pending' } });
  }, 60_000);

  describe('as a stream', () => {
    const stream = async (id: string, headers: Record<string, string> = {}) => {
      const response = await fetch(`${intake.url}/v1/requests/${id}/events`, {
        headers: { authorization: `Bearer ${key}`, ...headers },
      });
      return { response, text: response.text() };
    };
    const events = (text: string) =>
      [...text.matchAll(/id: (.+)\nevent: (.+)\ndata: (.+)\n/g)].map(([, id, event, data]) => ({
        id,
        event,
        data: JSON.parse(data ?? ''),
      }));

    it('gives one event per stage and ends with the last', async () => {
      const request = await system.submit(intake, key);
      const { response, text } = await stream(request.id);
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      await system.send(outgoing(routedEvent(request), 'route.resolved'));
      await waitUntil('the route', async () => (await get(request.id)).body.asked.length > 0, PATIENCE_MS);
      await judge(request);
      const received = events(await text);
      expect(received.map(({ event }) => event)).toEqual([
        'request.submitted',
        'route.resolved',
        'guardrail.evaluated',
        'action.released',
      ]);
      expect(received.at(-1)?.data).toMatchObject({
        requestId: request.id,
        release: { token: expect.any(String) },
      });

      const rest = await (await stream(request.id, { 'last-event-id': received[1]?.id ?? '' })).text;
      expect(events(rest)).toEqual(received.slice(2));
      const nothing = await stream(request.id, { 'last-event-id': received.at(-1)?.id ?? '' });
      expect(nothing.response.status).toBe(204);
    });

    it('ends with a withdrawal', async () => {
      const { id } = await system.submit(intake, key);
      const { text } = await stream(id);
      await intake.call(`/v1/requests/${id}/withdraw`, { key, method: 'POST' });
      expect(events(await text).map(({ event }) => event)).toEqual([
        'request.submitted',
        'request.withdrawn',
      ]);
    });
  });
});
