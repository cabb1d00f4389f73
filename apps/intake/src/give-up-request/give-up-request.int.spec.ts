import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, deadLetterTopic, type Request, type ServiceName } from '@tollgate/contracts';
import { type IncomingRecord, outgoing } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { exampleJudgement, judgedEvent, routedEvent } from '../testing/example.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

const PATIENCE_MS = 15_000;

jest.setTimeout(60_000);

describe('a request that stands still', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let key: string;
  let failed: readonly IncomingRecord[];

  const status = async (id: string) => (await intake.call(`/v1/requests/${id}`, { key })).body;
  const giveUp = (id: string, body: unknown = { reason: 'no cure' }, by = OPERATOR_KEY) =>
    intake.call(`/v1/requests/${id}/give-up`, { key: by, body });

  let letters = 0;
  const deadLetter = ({ id }: Request, service: ServiceName) =>
    system.send({
      topic: deadLetterTopic(service),
      key: `request.submitted-0-${(letters += 1)}`,
      value: 'poison',
      headers: {
        'tollgate-origin-topic': 'request.submitted',
        'tollgate-service': service,
        'tollgate-reason': 'policy revision 9 is not there',
        'tollgate-failed-at': new Date().toISOString(),
        'tollgate-request-id': id,
      },
    });
  const stalledAt = (id: string, service: string) =>
    waitUntil(
      `a stall at ${service}`,
      async () => (await status(id)).stalled?.service === service,
      PATIENCE_MS,
    );

  beforeAll(async () => {
    system = await TestSystem.create('give_up');
    intake = await system.start();
    key = await system.producer(intake, 'ci-bot', 'alice');
    failed = await system.follow('request.failed');
  }, 60_000);
  afterAll(() => system.destroy());

  it('says where and why, until it moves again', async () => {
    const request = await system.submit(intake, key);
    await deadLetter(request, 'router');
    await stalledAt(request.id, 'router');
    expect(await status(request.id)).toMatchObject({
      status: 'pending',
      stalled: { service: 'router', reason: 'policy revision 9 is not there' },
    });
    await system.send(outgoing(routedEvent(request), 'route.resolved'));
    await waitUntil('it to move', async () => (await status(request.id)).stalled === undefined, PATIENCE_MS);
    await deadLetter(request, 'notifier');
    await stalledAt(request.id, 'notifier');
    await system.send(outgoing(judgedEvent(exampleJudgement(request)), 'guardrail.evaluated'));
    await waitUntil('its end', async () => (await status(request.id)).status === 'released', PATIENCE_MS);
    expect(await status(request.id)).not.toHaveProperty('stalled');
  });

  it('is given up by an operator, for good', async () => {
    const request = await system.submit(intake, key);
    await deadLetter(request, 'guardrail');
    await stalledAt(request.id, 'guardrail');
    const held = intake.call(`/v1/requests/${request.id}`, { key, headers: { prefer: 'wait=20' } });
    await waitUntil(
      'the answer to be held',
      async () => (await intake.metric('tollgate_requests_watched')) > 0,
      PATIENCE_MS,
    );
    expect(await giveUp(request.id)).toMatchObject({
      status: 200,
      body: {
        status: 'failed',
        explanation: 'Given up by operator while it stood still at guardrail: no cure',
      },
    });
    expect(await held).toMatchObject({ body: { status: 'failed' } });
    await waitUntil('the event', () => failed.some((record) => record.key === request.id), PATIENCE_MS);
    const record = failed.find((one) => one.key === request.id);
    expect(decodeEvent('request.failed', record?.value ?? null, request.id).data).toMatchObject({
      requestId: request.id,
      service: 'guardrail',
      reason: 'no cure',
      givenUpBy: 'operator',
    });
    await system.send(outgoing(judgedEvent(exampleJudgement(request)), 'guardrail.evaluated'));
    await waitUntil(
      'the verdict',
      async () => (await status(request.id)).guardrail !== undefined,
      PATIENCE_MS,
    );
    expect(await status(request.id)).toMatchObject({ status: 'failed' });
    expect(await giveUp(request.id)).toMatchObject({
      status: 409,
      body: { type: 'https://tollgate.dev/problems/already-final' },
    });
  });

  it('must stand still to be given up', async () => {
    const { id } = await system.submit(intake, key);
    expect(await giveUp(id)).toMatchObject({
      status: 409,
      body: { type: 'https://tollgate.dev/problems/not-stalled' },
    });
    expect(await giveUp(id, {})).toMatchObject({ status: 422, body: { errors: [{ pointer: '/reason' }] } });
    expect(await giveUp(id, { reason: 'x' }, key)).toMatchObject({ status: 403 });
    expect(await giveUp('nonsense')).toMatchObject({ status: 404 });
    expect(await status(id)).toMatchObject({ status: 'pending' });
  });

  it('ignores dead letters that name no request of ours', async () => {
    const request = await system.submit(intake, key);
    await system.send({
      topic: deadLetterTopic('router'),
      key: 'x',
      value: null,
      headers: { 'tollgate-request-id': 'nonsense' },
    });
    await deadLetter({ ...request, id: '00000000-0000-4000-8000-000000000000' }, 'router');
    await deadLetter(request, 'router');
    await stalledAt(request.id, 'router');
    expect(
      await system.query(
        `SELECT 1 FROM dead_letter WHERE request_id = '00000000-0000-4000-8000-000000000000'`,
      ),
    ).toEqual([]);
    expect(intake.fatal).toEqual([]);
  });
});
