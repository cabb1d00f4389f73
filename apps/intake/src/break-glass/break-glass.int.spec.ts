import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  breakGlassReviewIdFor,
  decodeEvent,
  inboundTopic,
  type Request,
  requestIdFor,
} from '@tollgate/contracts';
import { type IncomingRecord, outgoing } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import {
  exampleBody,
  exampleDecision,
  exampleJudgement,
  exampleRoute,
  judgedEvent,
  routedEvent,
} from '../testing/example.js';
import { type Answer, type TestIntake } from '../testing/test-intake.js';
import { TestPersons } from '../testing/test-person.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';
import { type ReviewDocument } from './break-glass-reviews.js';

const PATIENCE_MS = 15_000;
const WHY = 'checkout is down';
const SECRET = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';

jest.setTimeout(60_000);

describe('breaking the glass', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let persons: TestPersons;
  let key: string;
  let submitted: readonly IncomingRecord[];

  const body = (justification: unknown = WHY) => ({ ...exampleBody(), breakGlass: { justification } });
  const send = (given: unknown, headers: Record<string, string> = {}): Promise<Answer<{ id: string }>> =>
    intake.call('/v1/requests', { key, body: given, headers });
  const stored = async (id: string): Promise<Request | undefined> =>
    (await system.query<{ request: Request }>('SELECT request FROM request WHERE id = $1', [id]))[0]?.request;
  const broken = async (): Promise<Request> => {
    const { body: document } = await send(body(), await persons.header('dave'));
    const request = await stored(document.id);
    if (request === undefined) throw new Error('it was not accepted');
    return request;
  };
  const route = exampleRoute({ decider: 'break-glass', breakGlass: 'production-outage' });
  const { deadline: _none, ...decided } = exampleDecision({ decidedBy: 'break-glass', votes: [] });
  const release = async (request: Request): Promise<void> => {
    const judgement = judgedEvent(exampleJudgement(request, { route, decision: decided }));
    await system.send(outgoing(judgement, 'guardrail.evaluated'));
    await intake.call(`/v1/requests/${request.id}`, { key, headers: { prefer: 'wait=15' } });
  };
  const reviews = async (query = ''): Promise<ReviewDocument[]> =>
    (await intake.call<{ items: ReviewDocument[] }>(`/v1/break-glass/reviews${query}`, { key: OPERATOR_KEY }))
      .body.items;
  const reviewOf = async (request: Request, query = ''): Promise<ReviewDocument | undefined> =>
    (await reviews(query)).find((review) => review.request === request.id);

  beforeAll(async () => {
    system = await TestSystem.create('break_glass');
    persons = await TestPersons.create(system);
    intake = await system.start(persons.settings);
    submitted = await system.follow('request.submitted');
    key = await system.producer(intake, 'ci-bot', 'alice');
  }, 60_000);
  afterAll(() => system.destroy());

  it('keeps who breaks it, as their own token says, how they signed in, and why', async () => {
    const answer = await send(body(), await persons.header('dave'));
    expect(answer.status).toBe(202);
    expect(await stored(answer.body.id)).toMatchObject({
      requester: 'ci-bot',
      owner: 'alice',
      breakGlass: { justification: WHY, person: 'dave', authentication: 'passkey' },
    });
    const plain = await send(body(), await persons.header('bob', { acr: 'pwd' }));
    expect((await stored(plain.body.id))?.breakGlass).toEqual({
      justification: WHY,
      person: 'bob',
      authentication: 'signed-in',
    });
  });

  it('cuts secrets out of the justification, and says so', async () => {
    const { body: document } = await send(body(`it is ${SECRET}`), await persons.header('dave'));
    const request = await stored(document.id);
    expect(request?.redactions).toEqual([{ pointer: '/breakGlass/justification', rule: 'github-token' }]);
    expect(request?.breakGlass?.justification).toMatch(/^it is \[/);
    expect(JSON.stringify(request)).not.toContain(SECRET);
  });

  it('is the same request by the same key only for the same reason', async () => {
    const keyed = async (why: string) =>
      (await send(body(why), { ...(await persons.header('dave')), 'idempotency-key': 'glass' })).status;
    expect([await keyed(WHY), await keyed(WHY), await keyed('else')]).toEqual([202, 202, 409]);
  });

  it.each<[string, () => Promise<Record<string, string>> | Record<string, string>, number]>([
    ['no token of a person', () => ({}), 401],
    ['no bearer token', () => ({ 'tollgate-person': 'dave' }), 401],
    ['a token of somebody else’s', () => ({ 'tollgate-person': 'Bearer a.b.c' }), 401],
    ['a token that has expired', () => persons.header('dave', { exp: 1 }), 401],
    ['a sign-in of yesterday', () => persons.header('dave', { auth_time: 1_700_000_000 }), 401],
    ['a person whom nobody knows', () => persons.header('mallory'), 403],
  ])('is refused with %s', async (_what, headers, status) => {
    expect((await send(body(), await headers())).status).toBe(status);
  });

  it.each([
    ['no justification', undefined, '/breakGlass/justification'],
    ['an empty one', ' \n', '/breakGlass/justification'],
    ['one that is no text', 7, '/breakGlass/justification'],
    ['one that is too long', 'x'.repeat(4001), '/breakGlass/justification'],
  ])('is refused with %s', async (_what, justification, pointer) => {
    const given = { ...exampleBody(), breakGlass: justification === undefined ? {} : { justification } };
    const { status, body: problem } = await intake.call<{ errors: { pointer: string }[] }>('/v1/requests', {
      key,
      body: given,
      headers: await persons.header('dave'),
    });
    expect([status, problem.errors.map((error) => error.pointer)]).toEqual([422, [pointer]]);
  });

  it('takes no person from the body', async () => {
    const given = { ...exampleBody(), breakGlass: { justification: WHY, person: 'erin' } };
    expect((await send(given, await persons.header('dave'))).status).toBe(422);
  });

  it('is known to no intake without an issuer', async () => {
    const other = await system.start();
    const { status } = await other.call('/v1/requests', {
      key,
      body: body(),
      headers: await persons.header('dave'),
    });
    expect(status).toBe(403);
    await other.stop();
  });

  it('never comes by Kafka', async () => {
    const rejected = await system.follow('request.rejected');
    const id = requestIdFor('ci-bot', 'by-kafka');
    await system.send({
      topic: inboundTopic('ci-bot'),
      key: 'by-kafka',
      value: JSON.stringify({ specversion: '1.0', id: 'by-kafka', source: '/ci', type: 'x', data: body() }),
      headers: { 'content-type': 'application/cloudevents+json' },
    });
    await waitUntil('the refusal', () => rejected.some((record) => record.key === id), PATIENCE_MS);
    const record = rejected.find((each) => each.key === id);
    expect(decodeEvent('request.rejected', record?.value ?? null, id).data.reasons).toMatchObject([
      { type: 'break-glass-by-http', pointer: '/breakGlass' },
    ]);
    expect(await stored(id)).toBeUndefined();
  });

  it('is reviewed once it is released: one request, however often that is told', async () => {
    const request = await broken();
    const id = breakGlassReviewIdFor(request.id);
    await release(request);
    await release(request);
    await waitUntil('the review', () => submitted.some((record) => record.key === id), PATIENCE_MS);
    const [record, ...others] = submitted.filter((each) => each.key === id);
    expect(others).toEqual([]);
    expect(decodeEvent('request.submitted', record?.value ?? null, id).data.request).toMatchObject({
      producer: 'tollgate',
      requester: 'dave',
      owner: 'alice',
      onBehalfOf: ['ci-bot'],
      action: 'break-glass.review',
      riskLevel: 'high',
      target: { request: request.id, contentHash: request.contentHash, rule: 'production-outage' },
      parameters: { person: 'dave', authentication: 'passkey', justification: WHY },
      reason: WHY,
      policyRevision: request.policyRevision,
    });
    expect(await reviewOf(request)).toMatchObject({ id, state: 'open', person: 'dave', justification: WHY });
  });

  it('is not reviewed where a guardrail blocked it, nor where people decided', async () => {
    const [blocked, asked] = [await broken(), await broken()];
    const guardrail = { outcome: 'blocked' as const, results: [], policyRevision: 1 };
    await system.send(
      outgoing(
        judgedEvent(exampleJudgement(blocked, { route, decision: decided, guardrail })),
        'guardrail.evaluated',
      ),
      outgoing(judgedEvent(exampleJudgement(asked)), 'guardrail.evaluated'),
    );
    for (const { id } of [blocked, asked])
      await intake.call(`/v1/requests/${id}`, { key, headers: { prefer: 'wait=15' } });
    expect([await reviewOf(blocked), await reviewOf(asked)]).toEqual([undefined, undefined]);
  });

  it('stays to be closed until people have: overdue after the time of those who were asked first', async () => {
    const request = await broken();
    await release(request);
    const review = await stored(breakGlassReviewIdFor(request.id));
    if (review === undefined) throw new Error('there is no review');
    expect(await reviewOf(request, '?state=open')).toMatchObject({ state: 'open' });

    // The example's decision is long ago, and so is what its reviewers were given.
    await system.send(outgoing(routedEvent(review, exampleRoute()), 'route.resolved'));
    await waitUntil(
      'the route',
      async () => (await reviewOf(request, '?state=overdue')) !== undefined,
      PATIENCE_MS,
    );
    expect(await reviewOf(request, '?state=open')).toBeUndefined();
    expect(await reviewOf(request)).toMatchObject({ state: 'overdue', dueAt: '2026-11-22T22:05:00.123Z' });

    const denied = exampleJudgement(review, {
      decision: exampleDecision({ outcome: 'denied' }),
      guardrail: { outcome: 'skipped', results: [], policyRevision: 1 },
    });
    await system.send(outgoing(judgedEvent(denied), 'guardrail.evaluated'));
    await waitUntil(
      'the end',
      async () => (await reviewOf(request, '?state=closed')) !== undefined,
      PATIENCE_MS,
    );
    expect(await reviewOf(request)).toMatchObject({
      state: 'closed',
      outcome: 'objected',
      reviewedBy: ['erin'],
    });
    expect(await reviewOf(request, '?state=overdue')).toBeUndefined();
  });

  it('shows reviews that ended without people as overdue', async () => {
    const request = await broken();
    await release(request);
    const review = await stored(breakGlassReviewIdFor(request.id));
    if (review === undefined) throw new Error('there is no review');
    const expired = exampleJudgement(review, {
      decision: exampleDecision({ outcome: 'expired', decidedBy: 'timeout', votes: [] }),
      guardrail: { outcome: 'skipped', results: [], policyRevision: 1 },
    });
    await system.send(outgoing(judgedEvent(expired), 'guardrail.evaluated'));
    await waitUntil(
      'the end',
      async () => (await reviewOf(request, '?state=overdue')) !== undefined,
      PATIENCE_MS,
    );
    expect(await reviewOf(request)).toMatchObject({ state: 'overdue', endedAs: 'expired' });
  });

  it('lets nobody ask for a review, withdraw one, or take its name', async () => {
    const request = await broken();
    await release(request);
    const withdrawn = await intake.call(`/v1/requests/${breakGlassReviewIdFor(request.id)}/withdraw`, {
      key: OPERATOR_KEY,
      method: 'POST',
    });
    expect(withdrawn.status).toBe(403);
    const asked = await send(exampleBody({ action: 'break-glass.review' }));
    expect([asked.status, asked.text]).toEqual([422, expect.stringContaining('/action')]);
    const named = await intake.call('/v1/producers', {
      key: OPERATOR_KEY,
      body: { name: 'tollgate', owner: 'alice' },
    });
    expect(named.status).toBe(422);
  });

  it('reports to those alone who may read everything', async () => {
    expect((await intake.call('/v1/break-glass/reviews', { key })).status).toBe(403);
    expect((await intake.call('/v1/break-glass/reviews')).status).toBe(401);
    const unknown = await intake.call('/v1/break-glass/reviews?state=lost', { key: OPERATOR_KEY });
    expect(unknown.status).toBe(400);
  });
});
