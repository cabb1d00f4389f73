import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inboundTopic, requestIdFor } from '@tollgate/contracts';
import { waitUntil, workspaceFolder } from '@tollgate/servers';
import { bearer, call, statusOf, submit } from './system/intake-client.js';
import { ledgerHas, ledgerRecords } from './system/ledger-client.js';
import { writeRecords } from './system/producer-on-kafka.js';
import { type RunningSystem, startSystem } from './system/running-system.js';

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
}, 120_000);
afterAll(() => system?.stop(), 60_000);

const example = (name: string) =>
  JSON.parse(readFileSync(join(workspaceFolder(), 'examples', name), 'utf8')) as Record<string, unknown>;

interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Sends a body to intake's door as it is. */
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  call<ProblemDocument>(`${system.stack.urls.intake}/v1/requests`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...bearer(system.stack.credentials.producerKey),
      ...headers,
    },
    body,
  });

const good = example('deploy-ci.json');
const text = JSON.stringify(good);
const changed = (changes: Record<string, unknown>): string => JSON.stringify({ ...good, ...changes });

describe('what the HTTP door refuses', () => {
  // Each with a key of its own: were it accepted, the request would have a known id.
  const refusals: readonly {
    readonly name: string;
    readonly status: number;
    readonly body: string | Uint8Array<ArrayBuffer>;
    readonly headers?: Readonly<Record<string, string>>;
    /** What is named as wrong. */
    readonly pointer?: string;
  }[] = [
    { name: 'malformed JSON', status: 400, body: '{"action": ' },
    { name: 'no object', status: 422, body: '[]', pointer: '' },
    { name: 'a field missing', status: 422, body: changed({ reason: undefined }), pointer: '/reason' },
    { name: 'a wrong type', status: 422, body: changed({ riskLevel: 7 }), pointer: '/riskLevel' },
    { name: 'an unknown risk', status: 422, body: changed({ riskLevel: 'none' }), pointer: '/riskLevel' },
    { name: 'an unknown field', status: 422, body: changed({ requester: 'mallory' }), pointer: '/requester' },
    {
      name: 'a member twice',
      status: 422,
      body: text.replace('{', '{"action":"deploy_ci",'),
      pointer: '/action',
    },
    {
      name: 'a number that no double holds',
      status: 422,
      body: text.replace('"version"', '"n":1e400,"version"'),
      pointer: '/parameters/n',
    },
    {
      name: 'a NUL in a text',
      status: 422,
      body: changed({ target: { a: 'b\u0000' } }),
      pointer: '/target/a',
    },
    {
      name: 'a lone surrogate',
      status: 422,
      body: text.replace('checkout', '\\ud800'),
      pointer: '/target/service',
    },
    {
      name: 'bytes that are no UTF-8',
      status: 400,
      body: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
    },
    {
      name: 'too deep a nesting',
      status: 422,
      body: text.replace('"checkout"', '['.repeat(99) + ']'.repeat(99)),
    },
    { name: 'a body too large', status: 413, body: changed({ reason: 'x'.repeat(300 * 1024) }) },
    { name: 'an unknown content type', status: 415, body: text, headers: { 'content-type': 'text/plain' } },
    { name: 'an unknown key', status: 401, body: text, headers: { authorization: 'Bearer tgk_nobody' } },
    { name: 'no key', status: 401, body: text, headers: { authorization: '' } },
  ];

  it.each(refusals)('$name', async ({ status, body, headers, pointer }) => {
    const key = randomUUID();
    const answer = await post(body, { 'idempotency-key': key, ...headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.type).toMatch(/^https:\/\/tollgate\.dev\/problems\//);
    if (pointer !== undefined) expect(answer.body.errors?.map((error) => error.pointer)).toContain(pointer);
    const there = await call(`${system.stack.urls.intake}/v1/requests/${requestIdFor('ci-bot', key)}`, {
      headers: bearer(system.stack.credentials.operatorKey),
    });
    expect(there.status).toBe(404);
  });

  it.each(['/v1/requests/%ff', '/v1/%', '/%e0%a4%a'])('an address that cannot be read: %s', async (path) => {
    for (const service of ['intake', 'notifier', 'audit'] as const) {
      const answer = await call(`${system.stack.urls[service]}${path}`);
      expect([service, answer.status]).toEqual([service, 400]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('publishes nothing of it', async () => {
    const before = randomUUID();
    await submit(system.stack, good, before);
    await ledgerHas(
      system.stack,
      'the first request',
      { requestId: requestIdFor('ci-bot', before), topic: 'action.released' },
      ({ length }) => length === 1,
    );
    const known = new Set((await ledgerRecords(system.stack)).map(({ requestId }) => requestId));
    for (const { body, headers } of refusals)
      await post(body, { 'idempotency-key': randomUUID(), ...headers });
    // A request that is accepted afterwards is on paper after everything that the refusals could have written.
    const after = randomUUID();
    await submit(system.stack, good, after);
    const id = requestIdFor('ci-bot', after);
    await ledgerHas(
      system.stack,
      'the last request',
      { requestId: id, topic: 'action.released' },
      ({ length }) => length === 1,
    );
    const added = (await ledgerRecords(system.stack))
      .map(({ requestId }) => requestId)
      .filter((other) => !known.has(other));
    expect(new Set(added)).toEqual(new Set([id]));
  }, 60_000);

  it('the same key with another body is a conflict, and changes nothing', async () => {
    const key = randomUUID();
    const first = await submit(system.stack, good, key);
    const second = await submit(system.stack, { ...good, reason: 'another' }, key);
    expect(first.status).toBe(202);
    expect(second.status).toBe(409);
    expect((await statusOf(system.stack, first.body.id)).contentHash).toBe(first.body.contentHash);
  });

  it('200 callers with the same key are one request', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 200 }, () => submit(system.stack, good, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    const [{ body }] = answers as [(typeof answers)[number]];
    const records = await ledgerHas(system.stack, 'the release', { requestId: body.id }, (found) =>
      found.some(({ place }) => place.topic === 'action.released'),
    );
    expect(records.filter(({ place }) => place.topic === 'request.submitted')).toHaveLength(1);
  }, 60_000);
});

describe("a producer's own topic", () => {
  const event = (data: unknown) => ({ ...example('inbound-deploy-ci.json'), id: randomUUID(), data });
  const record = (key: string | undefined, value: string, producer = 'ci-bot') => ({
    topic: inboundTopic(producer),
    key: key ?? '',
    value,
    headers: { 'content-type': 'application/cloudevents+json' },
  });

  it('is a door: the request goes the whole road', async () => {
    const key = randomUUID();
    await writeRecords(system.stack, [record(key, JSON.stringify(event(good)))]);
    const id = requestIdFor('ci-bot', key);
    const records = await ledgerHas(system.stack, 'the release', { requestId: id }, (found) =>
      found.some(({ place }) => place.topic === 'action.released'),
    );
    expect(records.filter(({ place }) => place.topic === 'request.submitted')).toHaveLength(1);
    expect(await statusOf(system.stack, id)).toMatchObject({ status: 'released', requester: 'ci-bot' });
  }, 60_000);

  it('the same id twice is one request', async () => {
    const key = randomUUID();
    const value = JSON.stringify(event(good));
    const last = randomUUID();
    await writeRecords(system.stack, [record(key, value), record(key, value)]);
    await writeRecords(system.stack, [record(key, value), record(last, JSON.stringify(event(good)))]);
    const id = requestIdFor('ci-bot', key);
    await waitUntil(
      'both are released',
      async () =>
        (
          await Promise.all(
            [id, requestIdFor('ci-bot', last)].map((one) =>
              statusOf(system.stack, one).catch(() => undefined),
            ),
          )
        ).every((document) => document?.status === 'released'),
      20_000,
    );
    const records = await ledgerHas(system.stack, 'the release', { requestId: id }, (found) =>
      found.some(({ place }) => place.topic === 'action.released'),
    );
    expect(records.filter(({ place }) => place.topic === 'request.submitted')).toHaveLength(1);
    expect(records.filter(({ place }) => place.topic === 'request.rejected')).toHaveLength(0);
  }, 60_000);

  it.each([
    ['no JSON', () => '{', /json/i],
    ['no CloudEvent', () => JSON.stringify(good), /cloud-event/],
    ['an unknown field', () => JSON.stringify(event({ ...good, owner: 'mallory' })), /owner/],
    ['a wrong type', () => JSON.stringify(event({ ...good, riskLevel: 9 })), /riskLevel/],
  ])(
    '%s is rejected with the reason and without the content',
    async (_name, value, reason) => {
      const key = randomUUID();
      const secret = randomUUID();
      await writeRecords(system.stack, [record(key, value().replace('Every commit', `${secret} commit`))]);
      const id = requestIdFor('ci-bot', key);
      const [rejection] = await ledgerHas(
        system.stack,
        'the rejection',
        { requestId: id, topic: 'request.rejected' },
        ({ length }) => length === 1,
      );
      const text = JSON.stringify(rejection?.event);
      expect(text).toMatch(reason);
      expect(text).not.toContain(secret);
      expect(await ledgerRecords(system.stack, { requestId: id, topic: 'request.submitted' })).toEqual([]);
    },
    60_000,
  );

  it('the same id with another content is rejected, and the first one rules', async () => {
    const key = randomUUID();
    await writeRecords(system.stack, [record(key, JSON.stringify(event(good)))]);
    await writeRecords(system.stack, [record(key, JSON.stringify(event({ ...good, environment: 'other' })))]);
    const id = requestIdFor('ci-bot', key);
    await ledgerHas(
      system.stack,
      'the rejection',
      { requestId: id, topic: 'request.rejected' },
      ({ length }) => length === 1,
    );
    expect(await statusOf(system.stack, id, 10)).toMatchObject({
      status: 'released',
      environment: good['environment'],
    });
  }, 60_000);

  it('a producer that is added gets one, and its key opens the HTTP door', async () => {
    const { code, out } = await system.tollgate(
      'producers',
      'add',
      'night-job',
      '--owner',
      'carol',
      '--json',
    );
    expect(code).toBe(0);
    const { key: apiKey, topic } = JSON.parse(out) as { key: string; topic: string };
    expect(topic).toBe(inboundTopic('night-job'));
    const accepted = await call<{ requester: string }>(`${system.stack.urls.intake}/v1/requests`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(apiKey) },
      body: JSON.stringify(good),
    });
    expect(accepted).toMatchObject({ status: 202, body: { requester: 'night-job' } });
    const key = randomUUID();
    await writeRecords(system.stack, [record(key, JSON.stringify(event(good)), 'night-job')]);
    const id = requestIdFor('night-job', key);
    await ledgerHas(
      system.stack,
      'the release',
      { requestId: id, topic: 'action.released' },
      ({ length }) => length === 1,
    );
    expect(
      (
        await call(`${system.stack.urls.intake}/v1/requests/${id}`, {
          headers: bearer(system.stack.credentials.producerKey),
        })
      ).status,
    ).toBe(404);
    const second = await system.tollgate('producers', 'add', 'night-job', '--owner', 'carol');
    expect(second.code).toBe(1);
  }, 60_000);
});
