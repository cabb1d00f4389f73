import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Request } from '@tollgate/contracts';
import { type IncomingRecord, outgoing } from '@tollgate/messaging';
import { createDataSource } from '@tollgate/persistence';
import { createLogger, DatabaseRepair } from '@tollgate/runtime';
import { waitUntil } from '@tollgate/servers';
import { exampleBody, exampleJudgement, judgedEvent, routedEvent } from '../testing/example.js';
import { shippedDocuments } from '../testing/policy-documents.js';
import { redeem } from '../testing/redeemer.js';
import { type MadeRelease, ReleaseMaker } from '../testing/release-maker.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';
import { intakeMemory } from './intake-memory.js';
import { restoreRows } from './restore-rows.js';

jest.setTimeout(120_000);

const PATIENCE_MS = 15_000;
const OWN = [
  'request.submitted',
  'action.released',
  'release.redeemed',
  'release.revoked',
  'policy.published',
];
/** What is kept of requests, in an order that two states of the database have in common. */
const ROWS = `
  SELECT r.id, r.request::text, r.submitted_at, r.text_hash, o.status, x.state, x.ended_by, x.ended_at, x.guardrail::text, x.reason,
    (SELECT jsonb_agg(jsonb_build_array(s.stage, s.at, s.data) ORDER BY s.stage) FROM stage s WHERE s.request_id = r.id)::text AS stages
  FROM request r LEFT JOIN outcome o ON o.request_id = r.id LEFT JOIN release_end x ON x.request_id = r.id ORDER BY r.id`;

describe('a database that was restored from a backup', () => {
  let system: TestSystem;
  let before: TestIntake;
  let after: TestIntake;
  let key: string;
  let executor: string;
  const topics = new Map<string, readonly IncomingRecord[]>();
  let told: unknown[];
  let published: Map<string, number>;
  const made: Record<'old' | 'redeemed' | 'revoked' | 'kept', MadeRelease> = {} as never;
  const asked: Record<'waiting' | 'blocked' | 'withdrawn' | 'lost', Request> = {} as never;

  const counted = () => new Map([...topics].map(([topic, records]) => [topic, records.length]));
  const statusOf = async (intake: TestIntake, { id }: Request) =>
    (await intake.call(`/v1/requests/${id}`, { key })).body.status;
  /** Begins a repair, and ends in the middle: what is there by then is newer than what is missing. */
  async function halfRepaired(): Promise<void> {
    const dataSource = createDataSource({
      url: system.config().databaseUrl,
      poolSize: 2,
      applicationName: 'repair',
    });
    await dataSource.initialize();
    try {
      const repair = await DatabaseRepair.ifBehind({
        service: 'intake',
        connection: system.connection,
        logger: createLogger('test', 'silent'),
        memory: intakeMemory(dataSource),
      });
      await repair?.run({
        topics: ['request.submitted'],
        restore: (events) => restoreRows(dataSource, events),
      });
      expect(repair).toBeDefined();
    } finally {
      await dataSource.destroy();
    }
    await system.query(`UPDATE request SET submitted_at = submitted_at + interval '2 hours' WHERE id = $1`, [
      asked.waiting.id,
    ]);
    const [mark] = await system.query<{ since: number }>('SELECT since FROM database_repair');
    expect(mark?.since).toBeLessThan(Date.now() - 59 * 60_000);
  }
  const ended = (intake: TestIntake, { id }: Request) =>
    intake.call(`/v1/requests/${id}`, { key, headers: { prefer: 'wait=15' } });

  beforeAll(async () => {
    system = await TestSystem.create('repair');
    for (const topic of OWN) topics.set(topic, await system.follow(topic));
    before = await system.start();
    key = await system.producer(before, 'ci-bot', 'alice');
    const maker = new ReleaseMaker(system, before, key);
    executor = await maker.createKey('ci-bot', { scopes: ['releases:redeem'] });
    made.old = await maker.release();
    asked.lost = await system.submit(before, key);
    await before.stop();
    const restore = await system.backUp();

    // What the backup knows nothing of.
    const later = await system.start();
    const on = new ReleaseMaker(system, later, key);
    expect(await redeem(later, executor, made.old.token)).toMatchObject({ status: 200 });
    made.redeemed = await on.release({ body: { parameters: { version: '2.0.0' } } });
    expect(await redeem(later, executor, made.redeemed.token)).toMatchObject({ status: 200 });
    made.revoked = await on.release();
    const taken = await later.call(`/v1/releases/${made.revoked.id}/revoke`, { key, method: 'POST' });
    expect(taken.status).toBe(200);
    made.kept = await on.release();
    asked.waiting = await system.submit(later, key, exampleBody({ reason: 'waits' }));
    await system.send(outgoing(routedEvent(asked.waiting), 'route.resolved'));
    asked.withdrawn = await system.submit(later, key);
    await later.call(`/v1/requests/${asked.withdrawn.id}/withdraw`, { key, method: 'POST' });
    asked.blocked = await system.submit(later, key);
    const { guardrail, ...judgement } = exampleJudgement(asked.blocked);
    await on.judged({ ...judgement, guardrail: { ...guardrail, outcome: 'blocked' } });
    await ended(later, asked.blocked);
    // Known to the backup as open, decided afterwards.
    await on.judged(exampleJudgement(asked.lost));
    await ended(later, asked.lost);
    const { policy, directory } = shippedDocuments(system.config());
    const recovered = await later.call('/v1/policy/recover', {
      key: OPERATOR_KEY,
      body: { policy: { ...policy, guardrails: [] }, directory, justification: 'a test' },
    });
    expect(recovered.status).toBe(200);
    await waitUntil(
      'all is published',
      () =>
        topics.get('release.redeemed')?.length === 2 &&
        topics.get('release.revoked')?.length === 1 &&
        topics.get('action.released')?.length === 5 &&
        topics.get('policy.published')?.length === 2,
      PATIENCE_MS,
    );
    await waitUntil(
      'the route is recorded',
      async () =>
        (await system.query(`SELECT FROM stage WHERE request_id = $1`, [asked.waiting.id])).length === 1,
      PATIENCE_MS,
    );
    await later.stop();
    told = await system.query(ROWS);
    published = counted();

    await restore();
    expect(await system.query(ROWS)).not.toEqual(told);
    await halfRepaired();
    after = await system.start();
  });
  afterAll(() => system.destroy());

  it('knows everything again before the first call is answered', async () => {
    await system.query(`UPDATE request SET submitted_at = submitted_at - interval '2 hours' WHERE id = $1`, [
      asked.waiting.id,
    ]);
    expect(await system.query(ROWS)).toEqual(told);
    expect(await system.query('SELECT FROM database_repair')).toEqual([]);
    expect(await system.query('SELECT max(revision) AS ruling FROM policy_revision')).toEqual([
      { ruling: 2 },
    ]);
  });

  it('releases nothing again', async () => {
    expect(counted()).toEqual(published);
    const ids = (topics.get('action.released') ?? []).map((record) => record.key);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(['old', 'redeemed'] as const)(
    'does not let the release that is %s be redeemed again',
    async (which) => {
      expect(await redeem(after, executor, made[which].token)).toMatchObject({
        status: 409,
        cause: 'release-used',
      });
    },
  );

  it('keeps what was revoked revoked, and lets the rest be redeemed once', async () => {
    expect(await redeem(after, executor, made.revoked.token)).toMatchObject({ status: 410 });
    expect(await redeem(after, executor, made.kept.token)).toMatchObject({ status: 200 });
    expect(await redeem(after, executor, made.kept.token)).toMatchObject({ status: 409 });
  });

  it('knows how each request stands, and goes on with those that wait', async () => {
    expect(await statusOf(after, asked.withdrawn)).toBe('cancelled');
    expect(await statusOf(after, asked.blocked)).toBe('blocked');
    expect(await statusOf(after, asked.waiting)).toBe('pending');
    await system.send(outgoing(judgedEvent(exampleJudgement(asked.waiting)), 'guardrail.evaluated'));
    expect((await ended(after, asked.waiting)).body.status).toBe('released');
  });

  it('knows again which body came under an id of the producer', async () => {
    const headers = { 'idempotency-key': 'after the backup' };
    const body = exampleBody({ reason: 'once' });
    const other = await TestSystem.create('repair_key');
    try {
      const first = await other.start();
      const own = await other.producer(first, 'ci-bot', 'alice');
      await first.stop();
      const restore = await other.backUp();
      const second = await other.start();
      const { body: document } = await second.call('/v1/requests', { key: own, body, headers });
      const submitted = await other.follow('request.submitted');
      await waitUntil('it is published', () => submitted.length === 1, PATIENCE_MS);
      await second.stop();
      await restore();
      const third = await other.start();
      const again = await third.call('/v1/requests', { key: own, body, headers });
      expect([again.status, again.body.id]).toEqual([202, document.id]);
      const changed = { ...body, reason: 'something else' };
      expect((await third.call('/v1/requests', { key: own, body: changed, headers })).status).toBe(409);
      expect(submitted).toHaveLength(1);
    } finally {
      await other.destroy();
    }
  });

  it('is no matter of the next start', async () => {
    await after.stop();
    const rows = await system.query(ROWS);
    const next = await system.start();
    expect(await system.query(ROWS)).toEqual(rows);
    await next.stop();
  });
});
