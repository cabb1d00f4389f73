import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, inboundTopic, inboundTopicDefinition, requestIdFor } from '@tollgate/contracts';
import { createTopics, type IncomingRecord, listDeadLetters, type OutgoingRecord } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { exampleBody } from '../testing/example.js';
import { type TestIntake } from '../testing/test-intake.js';
import { TestSystem } from '../testing/test-system.js';

const PATIENCE_MS = 15_000;

jest.setTimeout(60_000);

describe('the topic of a producer', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let key: string;
  let submitted: readonly IncomingRecord[];
  let rejected: readonly IncomingRecord[];

  const inbound = (
    id: string,
    data: unknown = exampleBody(),
    changes: Partial<OutgoingRecord> = {},
  ): OutgoingRecord => ({
    topic: inboundTopic('ci-bot'),
    key: id,
    value: JSON.stringify({ specversion: '1.0', id, source: '/ci', type: 'com.example.deploy', data }),
    headers: { 'content-type': 'application/cloudevents+json' },
    ...changes,
  });
  const idOf = (own: string) => requestIdFor('ci-bot', own);
  const of = (records: readonly IncomingRecord[], own: string) =>
    records.filter((record) => record.key === idOf(own));
  const reasonsOf = (own: string) =>
    of(rejected, own).map(({ value }) =>
      decodeEvent('request.rejected', value, idOf(own)).data.reasons.map(({ type, pointer }) => [
        type,
        pointer,
      ]),
    );

  beforeAll(async () => {
    system = await TestSystem.create('inbound');
    intake = await system.start();
    submitted = await system.follow('request.submitted');
    rejected = await system.follow('request.rejected');
    key = await system.producer(intake, 'ci-bot', 'alice');
  }, 60_000);
  afterAll(() => system.destroy());

  it('takes a request in, as the other door does', async () => {
    await system.send(inbound('own-1'));
    await waitUntil('the event', () => of(submitted, 'own-1').length > 0, PATIENCE_MS);
    const event = decodeEvent('request.submitted', of(submitted, 'own-1')[0]?.value ?? null, idOf('own-1'));
    expect(event.data.request).toMatchObject({
      ...exampleBody(),
      producer: 'ci-bot',
      requester: 'ci-bot',
      owner: 'alice',
      policyRevision: 1,
    });
    expect(await intake.call(`/v1/requests/${idOf('own-1')}`, { key })).toMatchObject({
      status: 200,
      body: { status: 'pending' },
    });
  });

  it('takes the same id for one request, at this door and the other', async () => {
    await system.send(inbound('own-2'), inbound('own-2'));
    await waitUntil('the event', () => of(submitted, 'own-2').length > 0, PATIENCE_MS);
    const answer = await intake.call('/v1/requests', {
      key,
      body: exampleBody(),
      headers: { 'idempotency-key': 'own-2' },
    });
    expect(answer).toMatchObject({ status: 202, body: { id: idOf('own-2') } });
    await system.send(inbound('own-2'), inbound('after own-2'));
    await waitUntil('what came after', () => of(submitted, 'after own-2').length > 0, PATIENCE_MS);
    expect(of(submitted, 'own-2')).toHaveLength(1);
    expect(of(rejected, 'own-2')).toEqual([]);
  });

  it('refuses the same id with other content, in one batch and later, and keeps the first', async () => {
    await system.send(inbound('own-3'), inbound('own-3', exampleBody({ reason: 'Another' })));
    await waitUntil('a refusal', () => of(rejected, 'own-3').length === 1, PATIENCE_MS);
    await system.send(inbound('own-3', exampleBody({ reason: 'Yet another' })));
    await waitUntil('another refusal', () => of(rejected, 'own-3').length === 2, PATIENCE_MS);
    expect(reasonsOf('own-3')).toEqual([[['conflict', undefined]], [['conflict', undefined]]]);
    expect(of(submitted, 'own-3')).toHaveLength(1);
  });

  it('refuses what it cannot take, says why and nothing of what it held; the lane goes on', async () => {
    const secret = 'hunter2';
    await system.send(
      inbound('no json', undefined, { value: `{"password":"${secret}` }),
      inbound('nothing', undefined, { value: null }),
      inbound('unknown field', { ...exampleBody(), pasword: secret }),
      inbound('wrong type', { ...exampleBody(), riskLevel: secret }),
      inbound('not exact', undefined, {
        value: JSON.stringify({
          specversion: '1.0',
          id: 'x',
          source: '/ci',
          type: 't',
          data: { n: 'N' },
        }).replace('"N"', '1e999'),
      }),
      inbound('k'.repeat(300)),
      inbound('good after all'),
    );
    await waitUntil('the good one', () => of(submitted, 'good after all').length > 0, PATIENCE_MS);
    const refused = ['no json', 'nothing', 'unknown field', 'wrong type', 'not exact', 'k'.repeat(300)];
    await waitUntil('the refusals', () => refused.every((own) => of(rejected, own).length > 0), PATIENCE_MS);
    expect(refused.flatMap(reasonsOf)).toEqual([
      [['malformed-json', undefined]],
      [['no-value', undefined]],
      [['invalid', '/pasword']],
      [['invalid', '/riskLevel']],
      [['not-i-json', '/n']],
      [['invalid-key', undefined]],
    ]);
    expect(rejected.map(({ value }) => String(value)).join()).not.toContain(secret);
    expect(await listDeadLetters({ connection: system.connection, service: 'intake' })).toEqual([]);
  });

  it('is no door for a producer who is not registered', async () => {
    await createTopics({
      connection: system.connection,
      lanes: 4,
      definitions: [inboundTopicDefinition('stranger')],
    });
    await system.send({ ...inbound('mine'), topic: inboundTopic('stranger') });
    const id = requestIdFor('stranger', 'mine');
    await waitUntil('the refusal', () => rejected.some((record) => record.key === id), 30_000);
    expect(submitted.some((record) => record.key === id)).toBe(false);
  }, 40_000);

  it('takes hundreds at once, each once', async () => {
    const before = submitted.length;
    const owns = Array.from({ length: 600 }, (_, index) => `bulk-${index % 300}`);
    await system.send(...owns.map((own) => inbound(own)));
    await waitUntil('all of them', () => submitted.length >= before + 300, PATIENCE_MS);
    await system.send(inbound('after bulk'));
    await waitUntil('what came after', () => of(submitted, 'after bulk').length > 0, PATIENCE_MS);
    expect(new Set(submitted.map((record) => record.key)).size).toBe(submitted.length);
  });
});
