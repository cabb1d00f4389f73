import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, type PolicyPublished } from '@tollgate/contracts';
import { type IncomingRecord, outgoing } from '@tollgate/messaging';
import { onlyDeactivates } from '@tollgate/policy';
import { waitUntil } from '@tollgate/servers';
import { type Request } from '@tollgate/contracts';
import { exampleJudgement, judgedEvent } from '../testing/example.js';
import { shippedDocuments, withLine } from '../testing/policy-documents.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

jest.setTimeout(60_000);

interface Deactivated {
  person: string;
  active: boolean;
  revision: number;
  changed: boolean;
}

describe('a person who is deactivated', () => {
  let system: TestSystem;
  let intake: TestIntake;
  let key: string;
  let published: readonly IncomingRecord[];

  const deactivate = (person: unknown, more: object = {}, withKey = OPERATOR_KEY) =>
    intake.call<Deactivated>('/v1/policy/deactivate', {
      key: withKey,
      body: { person, reason: 'has left', ...more },
    });
  const ruling = async (): Promise<PolicyPublished> =>
    (await intake.call<PolicyPublished>('/v1/policy', { key })).body;
  const revisions = () =>
    system.query<{ revision: number; origin: string }>(
      'SELECT revision, origin FROM policy_revision ORDER BY revision',
    );

  beforeAll(async () => {
    system = await TestSystem.create('deactivate');
    intake = await system.start();
    key = await system.producer(intake, 'ci-bot', 'alice');
    published = await system.follow('policy.published');
  }, 60_000);
  afterAll(() => system.destroy());

  it('is so by a revision of its own that changes nothing else', async () => {
    const before = await ruling();
    expect(await deactivate('erin')).toMatchObject({
      status: 200,
      body: { person: 'erin', active: false, revision: before.revision + 1, changed: true },
    });
    await waitUntil('it to rule', async () => (await ruling()).revision === before.revision + 1, 10_000);
    const now = await ruling();
    expect(now).toMatchObject({
      origin: 'deactivation',
      operator: 'operator',
      justification: 'has left',
      deactivated: 'erin',
      policy: before.policy,
    });
    expect(onlyDeactivates(before.directory, now.directory)).toBe(true);
    expect(now.documentHash).not.toBe(before.documentHash);
    const record = published.at(-1);
    expect(decodeEvent('policy.published', record?.value ?? null, record?.key ?? null).data).toEqual(now);
    // Who was asked before is asked no more.
    const { body } = await intake.call<{ route: { decider: string } }>('/v1/policy/explain', {
      key,
      body: { action: 'deploy_prod', environment: 'production', riskLevel: 'high' },
    });
    expect(body.route.decider).toBe('deny');
  });

  it('stays so: again is no news', async () => {
    const before = await revisions();
    expect(await deactivate('erin')).toMatchObject({
      status: 200,
      body: { changed: false, active: false, revision: before.at(-1)?.revision },
    });
    expect(await revisions()).toEqual(before);
  });

  it('must be known, and only an operator can', async () => {
    const before = await revisions();
    expect(await deactivate('nobody')).toMatchObject({ status: 404 });
    expect(await deactivate('__proto__')).toMatchObject({ status: 422 });
    expect(await deactivate('toString')).toMatchObject({ status: 404 });
    expect(await deactivate(7)).toMatchObject({ status: 422 });
    expect(await deactivate('bob', { reason: '' })).toMatchObject({ status: 422 });
    expect(await deactivate('bob', {}, key)).toMatchObject({ status: 403 });
    expect(await revisions()).toEqual(before);
  });

  it('is so whatever else is published at the same time, and that comes after it or is stale', async () => {
    const { body: scoped } = await intake.call<{ key: string }>('/v1/producers/ci-bot/keys', {
      key: OPERATOR_KEY,
      body: { scopes: ['policy:propose'] },
    });
    const { policy, directory, revision } = await ruling();
    const { body: proposal } = await intake.call('/v1/policy', {
      key: scoped.key,
      body: { ...withLine({ policy, directory }, 'raced'), reason: 'race' },
    });
    const [row] = await system.query<{ request: Request }>('SELECT request FROM request WHERE id = $1', [
      proposal.id,
    ]);
    if (row === undefined) throw new Error('the proposal is not stored');
    const [answers] = await Promise.all([
      Promise.all([deactivate('bob'), deactivate('carol'), deactivate('dave'), deactivate('bob')]),
      system.send(outgoing(judgedEvent(exampleJudgement(row.request)), 'guardrail.evaluated')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.filter(({ body }) => body.changed)).toHaveLength(3);
    await waitUntil(
      'the end of the proposal',
      async () =>
        (await intake.call(`/v1/requests/${proposal.id}`, { key: OPERATOR_KEY })).body.status !== 'pending',
      20_000,
    );
    const { status } = (await intake.call(`/v1/requests/${proposal.id}`, { key: OPERATOR_KEY })).body;
    const after = await revisions();
    expect(after.map((one) => one.revision)).toEqual(after.map((_, index) => index + 1));
    const won = status === 'released' ? 1 : 0;
    expect(after).toHaveLength(revision + 3 + won);
    await waitUntil('the last to rule', async () => (await ruling()).revision === after.length, 10_000);
    const { people } = (await ruling()).directory as { people: Record<string, { active: boolean }> };
    expect(['bob', 'carol', 'dave', 'erin', 'alice'].map((id) => people[id]?.active)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('leaves it to an operator to recover when nobody can approve any more', async () => {
    const documents = shippedDocuments(system.config());
    const before = (await revisions()).length;
    const recover = (body: object, withKey = OPERATOR_KEY) =>
      intake.call<PolicyPublished & { errors: { pointer: string }[] }>('/v1/policy/recover', {
        key: withKey,
        body,
      });
    const justification = 'Everybody was deactivated by mistake.';
    expect(await recover({ ...documents, justification }, key)).toMatchObject({ status: 403 });
    expect(await recover(documents)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/justification' }] },
    });
    expect(await recover({ ...documents, justification: '' })).toMatchObject({ status: 422 });
    const { policy, directory } = await ruling();
    expect(await recover({ policy, directory, justification })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/policy/matrix', detail: expect.stringContaining('policy.publish') }] },
    });
    expect(await recover({ policy: {}, directory, justification })).toMatchObject({ status: 422 });
    expect(await revisions()).toHaveLength(before);

    expect(await recover({ ...documents, justification })).toMatchObject({
      status: 200,
      body: { revision: before + 1, origin: 'recovery' },
    });
    await waitUntil('it to rule', async () => (await ruling()).revision === before + 1, 10_000);
    expect(await ruling()).toMatchObject({
      ...documents,
      origin: 'recovery',
      operator: 'operator',
      justification,
    });
    await waitUntil('the event', () => published.at(-1)?.key === String(before + 1), 10_000);
    expect(await intake.metric('tollgate_policy_published_total', { origin: 'recovery' })).toBe(1);
    expect(await recover({ ...documents, justification })).toMatchObject({ status: 409 });
  });
});
