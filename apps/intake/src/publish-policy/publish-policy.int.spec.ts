import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { decodeEvent, type PolicyPublished } from '@tollgate/contracts';
import { type IncomingRecord } from '@tollgate/messaging';
import { waitUntil } from '@tollgate/servers';
import { exampleBody } from '../testing/example.js';
import { type TestIntake } from '../testing/test-intake.js';
import { OPERATOR_KEY, TestSystem } from '../testing/test-system.js';

const isReady = async (intake: TestIntake): Promise<boolean> =>
  (await intake.health.readiness()).status === 'ready';

jest.setTimeout(60_000);

describe('the first policy', () => {
  let system: TestSystem;

  beforeEach(async () => {
    system = await TestSystem.create('policy');
  }, 60_000);
  afterEach(() => system.destroy());

  const revisions = (): Promise<{ revision: number; document_hash: string }[]> =>
    system.query('SELECT revision, document_hash FROM policy_revision ORDER BY revision');

  it('is published once when two intakes start at once, and rules at both', async () => {
    const intakes = await Promise.all([system.start(), system.start()]);
    await waitUntil(
      'it to rule',
      async () => (await Promise.all(intakes.map(isReady))).every(Boolean),
      15_000,
    );
    const published = await system.follow('policy.published');
    expect(published).toHaveLength(1);
    const [record] = published;
    const { data } = decodeEvent('policy.published', record?.value ?? null, record?.key ?? null);
    expect(data).toMatchObject({ revision: 1, origin: 'first-start' });
    expect(record?.key).toBe('1');
    expect(await revisions()).toEqual([{ revision: 1, document_hash: data.documentHash }]);
    for (const intake of intakes) {
      const { status, body, headers } = await intake.call<PolicyPublished>('/v1/policy', {
        key: OPERATOR_KEY,
      });
      expect({ status, body }).toEqual({ status: 200, body: data });
      const tag = headers.get('etag') ?? '';
      expect(
        await intake.call('/v1/policy', { key: OPERATOR_KEY, headers: { 'if-none-match': tag } }),
      ).toMatchObject({ status: 304 });
    }
  }, 60_000);

  it('goes on to rule at the next start, whatever the files say then', async () => {
    const first = await system.start();
    await waitUntil('it to rule', () => isReady(first), 15_000);
    await first.stop();
    const before = await revisions();
    const changed = system.file('changed.yaml');
    writeFileSync(changed, readFileSync(system.config().policyFile, 'utf8').replace('PT15M', 'PT20M'));
    const broken = system.file('broken.yaml');
    writeFileSync(broken, 'matrix: [');
    for (const policyFile of [changed, broken, system.file('not-there.yaml')]) {
      const intake = await system.start({ policyFile });
      await waitUntil('it to rule', () => isReady(intake), 15_000);
      await intake.stop();
    }
    expect(await revisions()).toEqual(before);
    expect(await system.follow('policy.published')).toHaveLength(1);
  }, 60_000);

  it('is refused with the place of every fault, and nothing is published', async () => {
    const policyFile = system.file('policy.yaml');
    writeFileSync(
      policyFile,
      'version: 1\nmatrix:\n  - action: deploy\n    riskLevel: extreme\n    decide: deny\n',
    );
    await expect(system.start({ policyFile })).rejects.toThrow(
      new RegExp(`^${policyFile}:\\d+:\\d+: error: .+`, 'm'),
    );
    await expect(system.start({ policyFile: system.file('none.yaml') })).rejects.toThrow(
      /POLICY_FILE names cannot be read \(ENOENT\)/,
    );
    expect(await revisions()).toEqual([]);
    expect(await system.follow('policy.published')).toHaveLength(0);
  }, 60_000);

  it('is read from the topic again when the database has lost it', async () => {
    const first = await system.start();
    await waitUntil('it to rule', () => isReady(first), 15_000);
    await first.stop();
    const before = await revisions();
    await system.query('DELETE FROM policy_revision');
    const changed = system.file('policy.yaml');
    writeFileSync(changed, 'version: 1\nmatrix: []\n');
    const second = await system.start({ policyFile: changed });
    await waitUntil('it to rule', () => isReady(second), 15_000);
    expect(await revisions()).toEqual(before);
    expect(await system.follow('policy.published')).toHaveLength(1);
  }, 60_000);

  it('is waited for: without one nothing is accepted', async () => {
    const intake = await system.start();
    await waitUntil('it to rule', () => isReady(intake), 15_000);
    const key = await system.producer(intake, 'ci-bot', 'alice');
    await intake.stop();
    // Another system's topics, on which nothing was published yet, with this database.
    const other = await TestSystem.create('policy_other');
    try {
      const unruled = await other.start({ databaseUrl: system.config().databaseUrl });
      const { checks } = await unruled.health.readiness();
      expect(checks['policy']).toMatchObject({ ok: false });
      const answer = await unruled.call('/v1/requests', { key, body: exampleBody() });
      expect(answer).toMatchObject({
        status: 503,
        body: { type: 'https://tollgate.dev/problems/unavailable' },
      });
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      const submitted: readonly IncomingRecord[] = await other.follow('request.submitted');
      expect(submitted).toHaveLength(0);
    } finally {
      await other.destroy();
    }
  }, 60_000);
});
