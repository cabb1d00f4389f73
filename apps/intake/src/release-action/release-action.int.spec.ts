import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, type GuardrailEvaluated, newRequestId, type Request } from '@tollgate/contracts';
import { type IncomingRecord, listDeadLetters, outgoing } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import {
  exampleBody,
  exampleDecision,
  exampleJudgement,
  exampleRequest,
  exampleRoute,
  judgedEvent,
  routedEvent,
} from '../testing/example.js';
import { type TestIntake } from '../testing/test-intake.js';
import { PUBLIC_URL, TestSystem } from '../testing/test-system.js';
import { RELEASE_TOKEN_TYPE } from './sign-release.js';

const PATIENCE_MS = 15_000;

jest.setTimeout(60_000);

describe('what the gate says', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let key: string;
  let released: readonly IncomingRecord[];

  const of = (records: readonly IncomingRecord[], id: string) =>
    records.filter((record) => record.key === id);
  const judged = (data: GuardrailEvaluated) => outgoing(judgedEvent(data), 'guardrail.evaluated');
  const judge = (request: Request, changes: Partial<GuardrailEvaluated> = {}) =>
    system.send(judged(exampleJudgement(request, changes)));
  const status = async (id: string) => (await intake.call(`/v1/requests/${id}`, { key })).body;
  const final = async (id: string) =>
    (await intake.call(`/v1/requests/${id}`, { key, headers: { prefer: 'wait=15' } })).body;
  const open = (body = exampleBody()) => system.submit(intake, key, body);

  beforeAll(async () => {
    system = await TestSystem.create('release');
    intake = await system.start();
    key = await system.producer(intake, 'ci-bot', 'alice');
    released = await system.follow('action.released');
  }, 60_000);
  afterAll(() => system.destroy());

  it('passed: the action is released, with a token that the published keys verify', async () => {
    const request = await open();
    await system.send(outgoing(routedEvent(request), 'route.resolved'));
    await judge(request);
    const document = await final(request.id);
    expect(document).toMatchObject({
      status: 'released',
      asked: [{ person: 'erin', verdict: 'approve' }],
      decision: exampleDecision(),
      release: { state: 'expired', expiresAt: '2026-11-22T18:20:00.123Z' },
    });
    const jwks = createRemoteJWKSet(new URL(`${intake.url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(document.release?.token ?? '', jwks, {
      algorithms: ['EdDSA'],
      issuer: PUBLIC_URL,
      audience: 'ci-bot',
      typ: RELEASE_TOKEN_TYPE,
      currentDate: new Date('2026-11-22T18:10:00Z'),
    });
    expect(payload).toMatchObject({
      sub: request.id,
      jti: document.release?.id,
      contentHash: request.contentHash,
    });

    await waitUntil('the event', () => of(released, request.id).length > 0, PATIENCE_MS);
    const event = decodeEvent('action.released', of(released, request.id)[0]?.value ?? null, request.id);
    expect(event).toMatchObject({
      time: exampleDecision().decidedAt,
      causationid: judgedEvent(exampleJudgement(request)).id,
    });
    const { release, ...before } = event.data;
    expect(before).toEqual(exampleJudgement(request));
    expect(release.token).toBe(document.release?.token);
  });

  it.each([
    ['blocked', exampleDecision(), 'blocked'],
    ['denied', exampleDecision({ outcome: 'denied' }), 'skipped'],
    ['expired', exampleDecision({ outcome: 'expired', decidedBy: 'timeout', votes: [] }), 'skipped'],
    ['cancelled', exampleDecision({ outcome: 'cancelled', decidedBy: 'requester' }), 'skipped'],
  ] as const)('%s: the status says so, and nothing is released', async (outcome, decision, gate) => {
    const request = await open();
    await judge(request, { decision, guardrail: { outcome: gate, results: [], policyRevision: 1 } });
    const document = await final(request.id);
    expect(document.status).toBe(outcome);
    expect(document).not.toHaveProperty('release');
    // Whoever is judged later is released later, so by then this one would have been.
    const later = await open();
    await judge(later);
    await waitUntil('a later release', () => of(released, later.id).length > 0, PATIENCE_MS);
    expect(of(released, request.id)).toEqual([]);
  });

  it('changes nothing when every event comes again, twice', async () => {
    const requests = await Promise.all(Array.from({ length: 20 }, () => open()));
    const again = () =>
      system.send(
        ...requests.flatMap((request) => [
          outgoing(routedEvent(request), 'route.resolved'),
          judged(exampleJudgement(request)),
        ]),
      );
    await again();
    const first = await Promise.all(requests.map(({ id }) => final(id)));
    const diverged = await intake.metric('tollgate_diverged_total');
    await again();
    await again();
    const last = await open();
    await judge(last);
    await final(last.id);
    expect(await Promise.all(requests.map(({ id }) => status(id)))).toEqual(first);
    await waitUntil(
      'the releases',
      () => [...requests, last].every(({ id }) => of(released, id).length > 0),
      PATIENCE_MS,
    );
    expect(requests.map(({ id }) => of(released, id).length)).toEqual(requests.map(() => 1));
    expect(await intake.metric('tollgate_diverged_total')).toBe(diverged);
  }, 30_000);

  it('is known again when only the order of its members differs', async () => {
    const request = await open(exampleBody({ target: { b: 1, a: { d: 1, c: 2 } } }));
    const turned: Request = { ...request, target: { a: { c: 2, d: 1 }, b: 1 } };
    await judge(turned);
    expect(await final(request.id)).toMatchObject({ status: 'released' });
    const diverged = await intake.metric('tollgate_diverged_total');
    await judge(request);
    const last = await open();
    await judge(last);
    await final(last.id);
    expect(await intake.metric('tollgate_diverged_total')).toBe(diverged);
  });

  it.each<[string, Partial<GuardrailEvaluated>]>([
    [
      'another decision',
      {
        decision: exampleDecision({ outcome: 'denied' }),
        guardrail: { outcome: 'skipped', results: [], policyRevision: 1 },
      },
    ],
    ['another route', { route: exampleRoute({ explanation: 'Somebody else decides.' }) }],
    ['other content', { request: exampleRequest(exampleBody({ target: {} })) }],
  ])('raises the alarm when a later event says something else: %s', async (_name, changes) => {
    const request = await open();
    await judge(request);
    const before = await final(request.id);
    const alarms = () => intake.metric('tollgate_diverged_total', { topic: 'guardrail.evaluated' });
    const raised = await alarms();
    const altered = changes.request === undefined ? {} : { request: { ...changes.request, id: request.id } };
    await judge(request, { ...changes, ...altered });
    await waitUntil('the alarm', async () => (await alarms()) === raised + 1, PATIENCE_MS);
    expect(await status(request.id)).toEqual(before);
    await waitUntil('the release', () => of(released, request.id).length > 0, PATIENCE_MS);
    // What is released after this one comes after all that this one brought.
    const last = await open();
    await judge(last);
    await waitUntil('the next release', () => of(released, last.id).length > 0, PATIENCE_MS);
    expect(of(released, request.id)).toHaveLength(1);
  });

  it('raises the alarm over a route that differs, and keeps the first', async () => {
    const request = await open();
    await system.send(outgoing(routedEvent(request), 'route.resolved'));
    await waitUntil('the route', async () => (await status(request.id)).asked.length > 0, PATIENCE_MS);
    const other = exampleRoute({ explanation: 'Nobody decides.' });
    await system.send(outgoing(routedEvent(request, other), 'route.resolved'));
    const alarms = () => intake.metric('tollgate_diverged_total', { topic: 'route.resolved' });
    await waitUntil('the alarm', async () => (await alarms()) === 1, PATIENCE_MS);
    expect(await status(request.id)).toMatchObject({
      explanation: 'erin (cto) decides.',
      asked: [{ person: 'erin' }],
    });
  });

  it('becomes a dead letter when it is about something that was never submitted so, and the rest goes on', async () => {
    const [altered, contradicting, good] = await Promise.all([open(), open(), open()]);
    const unknown = exampleRequest(exampleBody(), newRequestId());
    await system.send(
      judged(exampleJudgement({ ...altered, parameters: { version: '6.6.6' } })),
      judged(exampleJudgement(unknown)),
      judged(exampleJudgement(contradicting, { decision: exampleDecision({ outcome: 'denied' }) })),
      judged(exampleJudgement(good)),
    );
    expect(await final(good.id)).toMatchObject({ status: 'released' });
    const letters = async () =>
      new Map(
        (await listDeadLetters({ connection: system.connection, service: 'intake' })).map((letter) => [
          letter.requestId,
          letter.reason,
        ]),
      );
    await waitUntil('the dead letters', async () => (await letters()).size >= 3, PATIENCE_MS);
    const reasons = await letters();
    expect(reasons.get(altered.id)).toMatch(/not the one that was submitted/);
    expect(reasons.get(unknown.id)).toMatch(/no such request/);
    expect(reasons.get(contradicting.id)).toMatch(/decision is denied, but the guardrail says passed/);
    await waitUntil(
      'the status to say so',
      async () => (await status(altered.id)).stalled?.service === 'intake',
      PATIENCE_MS,
    );
    expect(await status(altered.id)).toMatchObject({ status: 'pending' });
  }, 30_000);

  it('releases only what is the request of its own row in every field, whatever the order of these', async () => {
    const alarms = () => intake.metric('tollgate_foreign_requests_total', { topic: 'guardrail.evaluated' });
    const before = await alarms();
    const changes: Partial<Request>[] = [
      { producer: 'another' },
      { requester: 'mallory' },
      { owner: 'mallory' },
      { onBehalfOf: ['carol'] },
      { environment: 'ci' },
      { riskLevel: 'low' },
      { target: {} },
      { reason: 'another' },
      { contentHash: '0'.repeat(64) },
      { policyRevision: 99 },
      { redactions: [{ pointer: '/reason', rule: 'x' }] },
      { expiresAt: '2030-01-01T00:00:00.000Z' },
      { breakGlass: { justification: 'x', person: 'mallory', authentication: 'passkey' } },
    ];
    const requests = await Promise.all(changes.map(() => open()));
    const reordered = await open();
    const backwards = Object.fromEntries(Object.entries(reordered).toReversed()) as unknown as Request;
    await system.send(
      ...requests.map((request, index) => judged(exampleJudgement({ ...request, ...changes[index] }))),
      judged(exampleJudgement(backwards)),
    );
    expect(await final(reordered.id)).toMatchObject({ status: 'released' });
    await waitUntil(
      'an alarm for each',
      async () => (await alarms()) - before === changes.length,
      PATIENCE_MS,
    );
    for (const { id } of requests) {
      expect(of(released, id)).toEqual([]);
      expect(await status(id)).toMatchObject({ status: 'pending' });
    }
  }, 30_000);
});
