import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newEvent } from '@tollgate/contracts';
import { judgeAtGate, requestOf, resolveRoute } from '@tollgate/policy';
import { FakeAudit } from '../../testing/fake-audit.js';
import { SHIPPED } from '../../testing/fake-policy.js';
import { runTollgate } from '../../testing/run-tollgate.js';
import { readPolicyFiles } from '../policy-files.js';

let folder: string;
let audit: FakeAudit;
let environment: Record<string, string>;
const draft = () => ({ policy: join(folder, 'policy.yaml'), directory: join(folder, 'directory.yaml') });

/** A deployment, as the shipped policy routed it; approved, judged, and put on record. */
function deployed(nth: number, riskLevel: 'low' | 'high', region: string): void {
  const { compiled } = readPolicyFiles(draft());
  const id = `018f0000-0000-7000-8000-0000000000${String(nth).padStart(2, '0')}`;
  const given = {
    action: 'deploy_prod',
    environment: 'production',
    risk: riskLevel,
    requester: 'ci-bot',
    onBehalfOf: [],
    target: { region },
    parameters: {},
  };
  const request = { ...requestOf(given, 1), id };
  const route = resolveRoute(compiled, request);
  const decision = {
    outcome: 'approved',
    decidedBy: 'people',
    step: 0,
    openedAt: request.submittedAt,
    votes: [],
    overrides: [],
    decidedAt: request.submittedAt,
    explanation: 'as said',
    policyRevision: 1,
  } as const;
  const facts = { request, route, decision: { ...decision, votes: [], overrides: [] } };
  const guardrail = { ...judgeAtGate(compiled, facts), policyRevision: 1 };
  const event = { key: id, requestId: id, time: request.submittedAt };
  audit.put(
    'route.resolved',
    id,
    newEvent({ ...event, topic: 'route.resolved', service: 'router', data: { request, route } }),
  );
  audit.put(
    'guardrail.evaluated',
    id,
    newEvent({
      ...event,
      topic: 'guardrail.evaluated',
      service: 'guardrail',
      data: { ...facts, guardrail },
    }),
  );
}

function change(put: (text: string) => string): void {
  writeFileSync(draft().policy, put(readFileSync(draft().policy, 'utf8')));
}

const backtest = (...args: string[]) =>
  runTollgate(folder, environment, [
    'policy',
    'backtest',
    '--policy',
    draft().policy,
    '--directory',
    draft().directory,
    ...args,
  ]);
const words = (text: string): string => text.replace(/\s+/g, ' ');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-backtest-'));
  for (const name of ['policy.yaml', 'directory.yaml'])
    writeFileSync(join(folder, name), readFileSync(join(SHIPPED, name), 'utf8'));
  audit = new FakeAudit();
  audit.add(3);
  for (let nth = 0; nth < 4; nth += 1) deployed(nth, nth === 0 ? 'high' : 'low', 'us-east');
  environment = { TOLLGATE_AUDIT_URL: await audit.start(), TOLLGATE_READER_KEY: 'a-reader' };
});
afterEach(async () => {
  await audit.stop();
  rmSync(folder, { recursive: true });
});

describe('policy backtest', () => {
  it('ends with 0 where the files would have made the same of history', async () => {
    const { code, out, err } = await backtest(
      '--from',
      '2026-11-01T00:00:00Z',
      '--to',
      '2026-12-01T00:00:00Z',
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(words(out)).toContain('over 4 requests and 4 judgements among 11 records of the ledger');
    expect(words(out)).toContain('All would have gone as they went.');
    expect(audit.paths).toContain(
      '/v1/export?format=ndjson&from=2026-11-01T00%3A00%3A00Z&to=2026-12-01T00%3A00%3A00Z',
    );
  });

  it('tells what would have been otherwise, how often, and ends with 1', async () => {
    change((text) =>
      text.replace(/(id: deploy-prod-low[\s\S]*?decide: )\{ role: team-lead \}/, '$1automation'),
    );
    const { code, out } = await backtest();
    expect(code).toBe(1);
    expect(words(out)).toContain('3 requests would have gone another way, 1 as they went.');
    expect(words(out)).toContain(
      '3 requests, as 018f0000-0000-7000-8000-000000000001 - people by deploy-prod-low + automation by deploy-prod-low',
    );
    const json = await runTollgate(folder, environment, [
      '--json',
      'policy',
      'backtest',
      '--policy',
      draft().policy,
      '--directory',
      draft().directory,
    ]);
    expect(JSON.parse(json.out)).toMatchObject({ requests: 4, changed: 3, history: { records: 11 } });
  });

  it('reads an export as well, offline, with the key alone', async () => {
    const file = join(folder, 'all.ndjson');
    await runTollgate(folder, environment, ['audit', 'export', file]);
    const key = audit.signer.verifier.vkey;
    environment = {};
    expect(await backtest('--export', file, '--key', key)).toMatchObject({ code: 0 });
    const missing = await backtest('--export', file);
    expect(missing).toMatchObject({ code: 64, err: expect.stringContaining('--export needs --key') });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"topic":"guardrail', '"topic":"guardrai1'));
    const altered = await backtest('--export', file, '--key', key);
    expect(altered.code).toBe(1);
    expect(altered.out).toBe('');
    expect(altered.err).toContain('history that does not prove itself is no history');
  });

  it('names the faults of files as lint does, before anything is read', async () => {
    change((text) => text.replace('onSilence: deny', 'onSilence: shrug'));
    const { code, err } = await backtest();
    expect(code).toBe(1);
    expect(err).toMatch(/policy\.yaml:\d+:\d+: error: /);
    expect(audit.paths).toEqual([]);
  });
});
