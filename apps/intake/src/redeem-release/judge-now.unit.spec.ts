import { describe, expect, it } from '@jest/globals';
import { compile } from '@tollgate/policy';
import { DataSource } from 'typeorm';
import { doPolicyJob } from '../policy-check/policy-job.js';
import { exampleDecision, exampleRequest, exampleRoute } from '../testing/example.js';
import { JudgeNow } from './judge-now.js';

const policy = {
  version: 1,
  matrix: [],
  checkpoints: { default: { timeout: 'PT4H', onSilence: 'deny' } },
  guardrails: [{ id: 'closed', kind: 'blocked', actions: ['deploy_prod'], reason: 'Not today.' }],
  releaseValidity: 'PT15M',
};
const directory = { roles: [], groups: [], people: {} };
const published = {
  revision: 2,
  documentHash: 'f'.repeat(64),
  policy,
  directory,
  origin: 'recovery' as const,
  publishedAt: '2026-11-22T18:00:00.000Z',
};
const facts = { request: exampleRequest(), route: exampleRoute(), decision: exampleDecision() };
const NOW = Date.parse('2026-11-22T18:06:00.000Z');

/** A process that hears of revision 2 only when it was asked so often which one rules. */
class SlowPolicy {
  asked = 0;
  readonly known = { published, secrets: { rules: [], allow: [] }, compiled: compile(published) };

  constructor(private readonly hearsAfter: number) {}

  get revision(): number {
    this.asked += 1;
    return this.asked > this.hearsAfter ? 2 : 1;
  }
}

const judgeOf = (known: SlowPolicy, patienceMs?: number): JudgeNow =>
  new JudgeNow(known, new DataSource({ type: 'postgres' }), { run: doPolicyJob }, patienceMs);

describe('a judgement at the moment of redemption', () => {
  it('is that of the revision which the database says rules, also where this process hears of it late', async () => {
    for (const hearsAfter of [0, 3])
      expect(await judgeOf(new SlowPolicy(hearsAfter)).judge(2, facts, NOW)).toMatchObject({
        outcome: 'blocked',
        policyRevision: 2,
      });
  });

  it('is none where another revision rules by now', async () => {
    expect(await judgeOf(new SlowPolicy(0)).judge(1, facts, NOW)).toBeUndefined();
  });

  it('is given up where this process does not hear of it', async () => {
    await expect(judgeOf(new SlowPolicy(Infinity), 40).judge(2, facts, NOW)).rejects.toMatchObject({
      status: 503,
    });
  });

  it('is the same where it is made beside the process', async () => {
    const ruling = {
      revision: 2,
      documentHash: published.documentHash,
      policy: JSON.stringify(policy),
      directory: JSON.stringify(directory),
    };
    expect(await doPolicyJob({ kind: 'judgement', facts, now: NOW, ruling })).toMatchObject({
      kind: 'judged',
      guardrail: { outcome: 'blocked', results: [{ rule: 'closed', verdict: 'blocked' }], policyRevision: 2 },
    });
  });
});
