import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, type JsonObject } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { shippedDocuments } from '../testing/policy-documents.js';
import { redeem } from '../testing/redeemer.js';
import { ReleaseMaker } from '../testing/release-maker.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

const PATIENCE_MS = 15_000;

jest.setTimeout(60_000);

describe('a release', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let maker: ReleaseMaker;
  let executor: string;
  let redeemed: readonly IncomingRecord[];
  let revoked: readonly IncomingRecord[];

  const of = (records: readonly IncomingRecord[], id: string) => records.filter(({ key }) => key === id);
  const stateOf = async (requestId: string) => (await maker.shown(requestId)).state;
  /** The shipped policy, the same with one guardrail of its own, and what makes it rule. */
  const documents = () => {
    const { policy, directory } = shippedDocuments(system.config());
    const guarded = (rule: JsonObject): JsonObject => ({ ...policy, guardrails: [rule] });
    const recover = async (next: JsonObject): Promise<number> => {
      const { status, text, body } = await intake.call<{ revision: number }>('/v1/policy/recover', {
        key: OPERATOR_KEY,
        body: { policy: next, directory, justification: 'a test' },
      });
      expect([status, text]).toEqual([200, expect.anything()]);
      return body.revision;
    };
    return { policy, guarded, recover };
  };
  const revoke = (id: string, key = maker.key) =>
    intake.call<{ state: string; endedBy: string }>(`/v1/releases/${id}/revoke`, { key, method: 'POST' });

  beforeAll(async () => {
    system = await TestSystem.create('redeem');
    intake = await system.start();
    maker = new ReleaseMaker(system, intake, await system.producer(intake, 'ci-bot', 'alice'));
    executor = await maker.createKey('ci-bot', { scopes: ['releases:redeem'] });
    redeemed = await system.follow('release.redeemed');
    revoked = await system.follow('release.revoked');
  });
  afterAll(() => system.destroy());

  it('is redeemed once: the answer is what was approved, the status says so, and so does an event', async () => {
    const { id, token, request, expiresAt } = await maker.release();
    const { action, environment, target, parameters } = request;
    const answer = await redeem(intake, executor, token);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        id,
        requestId: request.id,
        state: 'redeemed',
        audience: 'ci-bot',
        contentHash: request.contentHash,
        content: { action, environment, target, parameters },
        guardrail: { outcome: 'passed', policyRevision: 1 },
      },
    });
    expect(answer.body.redeemedAt < expiresAt).toBe(true);
    expect(await redeem(intake, executor, token)).toMatchObject({ status: 409, cause: 'release-used' });
    expect(await maker.shown(request.id)).toMatchObject({
      state: 'redeemed',
      endedAt: answer.body.redeemedAt,
    });
    await waitUntil('the event', () => of(redeemed, id).length > 0, PATIENCE_MS);
    const [record] = of(redeemed, id);
    const submitted = await system.follow('request.submitted');
    expect(record?.partition).toBe(submitted.find(({ key }) => key === request.id)?.partition);
    expect(decodeEvent('release.redeemed', record?.value ?? null, id)).toMatchObject({
      subject: request.id,
      time: answer.body.redeemedAt,
      data: {
        requestId: request.id,
        releaseId: id,
        audience: 'ci-bot',
        redeemedBy: 'ci-bot',
        redeemedAt: answer.body.redeemedAt,
        contentHash: request.contentHash,
        guardrail: answer.body['guardrail'],
      },
    });
  });

  it('has one winner among 100 who redeem at the same time', async () => {
    const { id, token } = await maker.release();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        redeem(intake, executor, token, { idempotencyKey: `worker-${index}` }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(99);
    // Whoever it was gets the same answer again, and nobody else does.
    const winner = statuses.indexOf(200);
    const again = await redeem(intake, executor, token, { idempotencyKey: `worker-${winner}` });
    expect(again).toEqual(answers[winner]);
    await waitUntil('the event', () => of(redeemed, id).length > 0, PATIENCE_MS);
    expect(of(redeemed, id)).toHaveLength(1);
  });

  it('gives the same answer again by the same Idempotency-Key, also to 30 who ask with it at once', async () => {
    const { id, token, request } = await maker.release();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => redeem(intake, executor, token, { idempotencyKey: 'mine' })),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, body: { id } });
    for (const other of [{ idempotencyKey: 'another' }, {}])
      expect(await redeem(intake, executor, token, other)).toMatchObject({ status: 409 });
    const altered = { ...request, parameters: { version: '6.6.6' } };
    const { action, environment, target, parameters } = altered;
    expect(
      await redeem(intake, executor, token, {
        idempotencyKey: 'mine',
        content: { action, environment, target, parameters },
      }),
    ).toMatchObject({ status: 422, cause: 'other-content' });
  });

  it('is redeemed or revoked, never both, 60 times', async () => {
    const releases = await Promise.all(Array.from({ length: 60 }, () => maker.release()));
    const ends = await Promise.all(
      releases.map(async ({ id, token }, index) => {
        const both = [
          () => redeem(intake, executor, token).then(({ status }) => ['redeemed', status] as const),
          () => revoke(id).then(({ status }) => ['revoked', status] as const),
        ];
        if (index % 2 === 0) both.reverse();
        return Object.fromEntries(await Promise.all(both.map((one) => one())));
      }),
    );
    for (const [index, end] of ends.entries()) {
      const { id, request } = releases[index] ?? (await maker.release());
      const state = await stateOf(request.id);
      expect(end).toEqual(
        state === 'redeemed' ? { redeemed: 200, revoked: 409 } : { redeemed: 410, revoked: 200 },
      );
      const [told, untold] = state === 'redeemed' ? [redeemed, revoked] : [revoked, redeemed];
      await waitUntil('the event', () => of(told, id).length > 0, PATIENCE_MS);
      expect(of(untold, id)).toEqual([]);
    }
  });

  it('has expired by the clock of the database, whatever the one of this process says', async () => {
    const HOUR_MS = 3_600_000;
    const old = await maker.release({
      decision: { decidedAt: new Date(Date.now() - HOUR_MS).toISOString() },
    });
    const fresh = await maker.release();
    const now = Date.now;
    const clock = jest.spyOn(Date, 'now');
    try {
      clock.mockImplementation(() => now() - HOUR_MS);
      const late = await redeem(intake, executor, old.token);
      clock.mockImplementation(() => now() + HOUR_MS);
      const early = await redeem(intake, executor, fresh.token);
      expect(late).toMatchObject({ status: 410, cause: 'release-expired' });
      expect(early).toMatchObject({ status: 200 });
    } finally {
      clock.mockRestore();
    }
  });

  it('is compared with what the executor is about to do', async () => {
    const { token, request } = await maker.release();
    const { action, environment, target, parameters, contentHash } = request;
    const turned = Object.fromEntries(Object.entries(parameters).toReversed()) as JsonObject;
    const others: { contentHash?: string; content?: unknown }[] = [
      { content: { action, environment, target, parameters: { ...parameters, replicas: 4 } } },
      { content: { action: 'deploy_ci', environment, target, parameters } },
      { content: { action, environment: 'staging', target, parameters } },
      { content: { action, environment, target: {}, parameters } },
      { contentHash: '0'.repeat(64) },
      { contentHash, content: { action, environment, target, parameters: {} } },
    ];
    for (const other of others)
      expect(await redeem(intake, executor, token, other)).toMatchObject({
        status: 422,
        cause: 'other-content',
      });
    expect(await stateOf(request.id)).toBe('unused');
    expect(
      await redeem(intake, executor, token, {
        contentHash,
        content: { parameters: turned, target, environment, action },
      }),
    ).toMatchObject({ status: 200 });
  });

  it('is judged again by the revision that rules at the moment, and stays unused where that forbids it', async () => {
    const { policy, guarded, recover } = documents();
    const closed = { id: 'closed', kind: 'blocked', actions: ['deploy_prod'], reason: 'Not today.' };
    const { id, token, request } = await maker.release();
    // The very next call is judged by it: the number is the database's, not what this process has heard of.
    await recover(guarded(closed));
    const answer = await redeem(intake, executor, token);
    expect(answer).toMatchObject({ status: 403, cause: 'guardrail-blocks' });
    expect(answer.text).toContain('Not today.');
    expect(await stateOf(request.id)).toBe('unused');
    const policyRevision = await recover(policy);
    expect(await redeem(intake, executor, token)).toMatchObject({
      status: 200,
      body: { guardrail: { outcome: 'passed', policyRevision } },
    });
    await waitUntil('the event', () => of(redeemed, id).length > 0, PATIENCE_MS);
    const [record] = of(redeemed, id);
    expect(decodeEvent('release.redeemed', record?.value ?? null, id).data.guardrail.policyRevision).toBe(
      policyRevision,
    );
  });

  it('is no more redeemed once the decision is older than a guardrail allows, though it has not expired', async () => {
    const { policy, guarded, recover } = documents();
    const decidedAt = (minutesAgo: number) => ({
      decision: { decidedAt: new Date(Date.now() - minutesAgo * 60_000).toISOString() },
    });
    const [old, young] = await Promise.all([maker.release(decidedAt(6)), maker.release(decidedAt(1))]);
    await recover(guarded({ id: 'fresh', kind: 'max-age', maxAge: 'PT5M', reason: 'Ask again.' }));
    expect(await redeem(intake, executor, old.token)).toMatchObject({
      status: 403,
      cause: 'guardrail-blocks',
    });
    expect(await redeem(intake, executor, young.token)).toMatchObject({ status: 200 });
    expect(await stateOf(old.request.id)).toBe('unused');
    await recover(policy);
    expect(await redeem(intake, executor, old.token)).toMatchObject({ status: 200 });
  });

  it.each<[string, object, Record<string, string>, number]>([
    ['no token', {}, {}, 422],
    ['an empty token', { token: '' }, {}, 422],
    ['an unknown field', { token: 'a.b.c', audience: 'ci-bot' }, {}, 422],
    ['half of the content', { token: 'a.b.c', content: { action: 'x' } }, {}, 422],
    ['a key that cannot be kept', { token: 'a.b.c' }, { 'idempotency-key': 'x'.repeat(201) }, 400],
  ])('is not redeemed with %s', async (_name, body, headers, status) => {
    expect(await intake.call('/v1/releases/redeem', { key: executor, body, headers })).toMatchObject({
      status,
    });
  });

  it('is counted by what came of it', async () => {
    const before = await intake.metric('tollgate_redemptions_total', { outcome: 'used' });
    const { token } = await maker.release();
    await redeem(intake, executor, token);
    await redeem(intake, executor, token);
    expect(await intake.metric('tollgate_redemptions_total', { outcome: 'used' })).toBe(before + 1);
  });
});
