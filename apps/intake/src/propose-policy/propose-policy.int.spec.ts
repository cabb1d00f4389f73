import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  canonicalJson,
  contentHash,
  decodeEvent,
  type PolicyPublished,
  type Request,
} from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { sha256Hex } from '@tollgate/runtime';
import { waitUntil } from '@tollgate/servers';
import { exampleBody, exampleDecision } from '../testing/example.js';
import { withValidity } from '../testing/policy-documents.js';
import { Proposer } from '../testing/proposer.js';
import { type TestIntake } from '../testing/test-intake.js';
import { TestSystem } from '../testing/test-system.js';

jest.setTimeout(60_000);

interface ProblemBody {
  type: string;
  detail: string;
  ruling?: number;
}

describe('a proposed policy', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let proposer: Proposer;
  let proposed: readonly IncomingRecord[];
  let published: readonly IncomingRecord[];
  let submitted: readonly IncomingRecord[];
  let released: readonly IncomingRecord[];
  let failed: readonly IncomingRecord[];

  const recordsOf = (records: readonly IncomingRecord[], requestId: string) =>
    records.filter(({ value }) => value?.includes(requestId) === true);

  beforeAll(async () => {
    system = await TestSystem.create('propose');
    intake = await system.start();
    [proposed, published, submitted, released, failed] = await Promise.all([
      system.follow('policy.proposed'),
      system.follow('policy.published'),
      system.follow('request.submitted'),
      system.follow('action.released'),
      system.follow('request.failed'),
    ]);
    proposer = await Proposer.register(system, intake);
  }, 60_000);
  afterAll(() => system.destroy());

  it('is kept, told, and asked for by an ordinary request that names the difference', async () => {
    const documents = await proposer.news();
    const basedOn = await proposer.highest();
    const answer = await proposer.propose(documents, { reason: 'a new action' });
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'pending', action: 'policy.publish', environment: 'tollgate', riskLevel: 'high' },
    });
    expect(answer.headers.get('location')).toContain(`/v1/requests/${answer.body.id}`);
    const request = await proposer.requestOf(answer.body.id);
    const documentHash = sha256Hex(canonicalJson(documents));
    expect(request).toMatchObject({
      producer: 'policy-bot',
      requester: 'policy-bot',
      owner: 'alice',
      reason: 'a new action',
      target: { documentHash, basedOn },
      parameters: {
        changes: [expect.stringMatching(/^line action-\d+ added: /)],
        effects: expect.arrayContaining([expect.stringMatching(/^action-\d+ at low risk in .*denied.*cto/)]),
      },
    });
    expect(request.contentHash).toBe(contentHash(request));
    await waitUntil(
      'both events',
      () => [proposed, submitted].every((records) => recordsOf(records, request.id).length === 1),
      10_000,
    );
    const [record] = recordsOf(proposed, request.id);
    const event = decodeEvent('policy.proposed', record?.value ?? null, record?.key ?? null);
    expect(record?.key).toBe(documentHash);
    expect(event).toMatchObject({ subject: request.id, correlationid: request.id });
    expect(event.data).toEqual({
      documentHash,
      ...documents,
      basedOn,
      proposedBy: 'policy-bot',
      requestId: request.id,
      proposedAt: request.submittedAt,
    });
  });

  it('is one request, however often it is proposed, and one of each producer', async () => {
    const documents = await proposer.news();
    await system.producer(intake, 'other-bot', 'bob');
    const otherKey = await Proposer.keyOf(intake, 'other-bot');
    const answers = await Promise.all([
      proposer.propose(documents),
      proposer.propose(documents),
      proposer.propose(documents, { reason: 'in other words' }),
      proposer.propose(documents, { basedOn: await proposer.highest() }),
      proposer.propose(documents, {}, { key: otherKey }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    const ids = answers.map(({ body }) => body.id);
    expect(new Set(ids.slice(0, 4)).size).toBe(1);
    expect(ids[4]).not.toBe(ids[0]);
    const rows = await system.query('SELECT 1 FROM policy_proposal WHERE request_id = ANY ($1)', [ids]);
    expect(rows).toHaveLength(2);
  });

  it('may be proposed again after a no, and is a new request then', async () => {
    const documents = await proposer.news();
    const { body: first } = await proposer.propose(documents);
    await intake.call(`/v1/requests/${first.id}/withdraw`, {
      key: proposer.key,
      body: { reason: 'not yet' },
    });
    const { status, body: second } = await proposer.propose(documents);
    expect({ status, isNew: second.id !== first.id }).toEqual({ status: 202, isNew: true });
    expect((await proposer.propose(documents)).body.id).toBe(second.id);
  });

  it('rules once it is released, and tells who approved it', async () => {
    const documents = await proposer.news();
    const before = await proposer.highest();
    const { body } = await proposer.propose(documents);
    const request = await proposer.requestOf(body.id);
    await proposer.judge(request);
    expect(await proposer.final(body.id)).toMatchObject({
      status: 'released',
      release: { id: expect.any(String) },
    });
    await proposer.rules(before + 1);
    const now = await proposer.ruling();
    expect(now).toEqual({
      revision: before + 1,
      documentHash: sha256Hex(canonicalJson(documents)),
      ...documents,
      origin: 'approved',
      publishedAt: exampleDecision().decidedAt,
      requestId: request.id,
      approvedBy: ['erin'],
    });
    const record = published.find((one) => one.key === String(before + 1));
    expect(decodeEvent('policy.published', record?.value ?? null, record?.key ?? null)).toMatchObject({
      data: now,
      correlationid: request.id,
    });
    const old = await intake.call<PolicyPublished>(`/v1/policy/revisions/${before}`, { key: proposer.key });
    expect(old).toMatchObject({ status: 200, body: { revision: before } });
    expect(await intake.call(`/v1/policy/revisions/${before + 2}`, { key: proposer.key })).toMatchObject({
      status: 404,
    });
    // Asked for once more on the same revision, it is the request that was released.
    expect((await proposer.propose(documents, { basedOn: before })).body).toMatchObject({
      id: request.id,
      status: 'released',
    });
    expect(await proposer.propose<ProblemBody>(documents)).toMatchObject({
      status: 409,
      body: { type: expect.stringContaining('/no-difference'), ruling: before + 1 },
    });
  });

  it('is waited for where that is preferred', async () => {
    const { policy, directory } = await proposer.ruling();
    const waiting = proposer.propose(
      withValidity({ policy, directory }, 'PT16M'),
      {},
      { headers: { prefer: 'wait=20' } },
    );
    await waitUntil(
      'the request',
      async () =>
        (await system.query(`SELECT 1 FROM request WHERE request->'parameters'->>'changes' LIKE '%PT16M%'`))
          .length === 1,
      10_000,
    );
    const [row] = await system.query<{ request: Request }>(
      `SELECT request FROM request WHERE request->'parameters'->>'changes' LIKE '%PT16M%'`,
    );
    if (row === undefined) throw new Error('the request is gone');
    await proposer.judge(row.request);
    expect(await waiting).toMatchObject({ status: 200, body: { status: 'released', id: row.request.id } });
  });

  it('is published once, however often its judgement comes', async () => {
    const { body } = await proposer.propose(await proposer.news());
    const request = await proposer.requestOf(body.id);
    await Promise.all([proposer.judge(request), proposer.judge(request), proposer.judge(request)]);
    await proposer.final(body.id);
    await proposer.judge(request);
    const after = await proposer.highest();
    await system
      .submit(intake, proposer.plainKey)
      .then((other) => proposer.judge(other).then(() => proposer.final(other.id)));
    expect(await proposer.highest()).toBe(after);
    expect(recordsOf(published, request.id)).toHaveLength(1);
    expect(
      await system.query(`SELECT 1 FROM policy_revision WHERE details->>'requestId' = $1`, [request.id]),
    ).toHaveLength(1);
  });

  it('is refused as stale once another revision rules', async () => {
    const basedOn = await proposer.highest();
    const { body } = await proposer.propose(await proposer.news());
    await proposer.judge(await proposer.requestOf(body.id));
    await proposer.final(body.id);
    expect(await proposer.propose<ProblemBody>(await proposer.news(), { basedOn })).toMatchObject({
      status: 409,
      body: { type: expect.stringContaining('/stale'), ruling: basedOn + 1 },
    });
    expect(
      await proposer.propose<ProblemBody>(await proposer.news(), { basedOn: basedOn + 9 }),
    ).toMatchObject({ status: 409 });
  });

  it('fails when another revision came between decision and release: of two, one rules', async () => {
    const before = await proposer.highest();
    const [one, two] = await Promise.all([
      proposer.propose(await proposer.news()),
      proposer.propose(await proposer.news()),
    ]);
    const requests = await Promise.all([proposer.requestOf(one.body.id), proposer.requestOf(two.body.id)]);
    await Promise.all(requests.map((request) => proposer.judge(request)));
    const ends = await Promise.all(requests.map(({ id }) => proposer.final(id)));
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['failed', 'released']);
    expect(await proposer.highest()).toBe(before + 1);
    const loser = ends.find(({ status }) => status === 'failed');
    const id = loser?.id ?? '';
    expect(loser).not.toHaveProperty('release');
    expect(loser?.explanation).toMatch(
      new RegExp(`not released: stale: .* revision ${before}, and revision ${before + 1} rules`),
    );
    await waitUntil('request.failed', () => recordsOf(failed, id).length === 1, 10_000);
    const [record] = recordsOf(failed, id);
    expect(decodeEvent('request.failed', record?.value ?? null, record?.key ?? null).data).toMatchObject({
      requestId: id,
      cause: 'stale',
      service: 'intake',
    });
    expect(recordsOf(released, id)).toEqual([]);
    expect(recordsOf(published, id)).toEqual([]);
  });

  it('is published by nobody else: a forged request fails', async () => {
    const documents = await proposer.news();
    const { body } = await proposer.propose(documents);
    const genuine = await proposer.requestOf(body.id);
    const before = await proposer.highest();
    const forgedBody = (changes: object = {}) =>
      exampleBody({
        action: 'policy.publish',
        environment: 'tollgate',
        target: genuine.target,
        parameters: genuine.parameters,
        ...changes,
      });
    const forged = await Promise.all([
      system.submit(intake, proposer.plainKey, forgedBody()),
      system.submit(intake, proposer.plainKey, forgedBody({ parameters: {} })),
      system.submit(intake, proposer.plainKey, forgedBody({ target: {} })),
      system.submit(intake, proposer.plainKey, forgedBody({ environment: 'elsewhere' })),
    ]);
    for (const request of forged) {
      await proposer.judge(request);
      expect(await proposer.final(request.id)).toMatchObject({
        status: 'failed',
        explanation: expect.stringContaining('no proposal stands behind it'),
      });
      expect(recordsOf(released, request.id)).toEqual([]);
    }
    expect(await proposer.highest()).toBe(before);
    expect(await proposer.statusOf(genuine.id)).toMatchObject({ status: 'pending' });
  });

  it('is not published when it was denied, blocked, or withdrawn before the gate spoke', async () => {
    const before = await proposer.highest();
    const [denied, blocked, withdrawn] = await Promise.all(
      [await proposer.news(), await proposer.news(), await proposer.news()].map(async (documents) =>
        proposer.requestOf((await proposer.propose(documents)).body.id),
      ),
    );
    if (denied === undefined || blocked === undefined || withdrawn === undefined) throw new Error('missing');
    await intake.call(`/v1/requests/${withdrawn.id}/withdraw`, { key: proposer.key, body: { reason: 'no' } });
    await proposer.judge(denied, {
      decision: exampleDecision({ outcome: 'denied' }),
      guardrail: { outcome: 'skipped', results: [], policyRevision: 1 },
    });
    await proposer.judge(blocked, {
      guardrail: {
        outcome: 'blocked',
        results: [{ rule: 'policy-is-current', verdict: 'blocked', reason: 'old' }],
        policyRevision: 1,
      },
    });
    await proposer.judge(withdrawn);
    expect(
      await Promise.all(
        [denied, blocked, withdrawn].map(async ({ id }) => (await proposer.final(id)).status),
      ),
    ).toEqual(['denied', 'blocked', 'cancelled']);
    const after = await system.submit(intake, proposer.plainKey);
    await proposer.judge(after);
    await proposer.final(after.id);
    expect(await proposer.highest()).toBe(before);
  });
});
