import { describe, expect, it } from '@jest/globals';
import { type Guardrail, type JsonObject, type Request } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { judgeAtGate } from '../guardrail/judge-at-gate.js';
import { resolveRoute } from '../route/resolve-route.js';
import { aDecision, anApproval } from '../testing/a-decision.js';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';
import { Backtest } from './backtest.js';

const directory = aDirectory({ erin: ['cto'], frank: ['lead'], grace: ['lead'] });
const line = (decide: string, more: JsonObject = {}): JsonObject => ({
  id: 'all',
  action: '*',
  riskLevel: '*',
  environment: '*',
  decide,
  ...more,
});
const regions = {
  id: 'regions',
  kind: 'allowed',
  field: 'target.region',
  values: ['us-east'],
  reason: 'Not there.',
};

const RULED = compiled(aPolicy([line('lead')]), directory);

/** History as the policy has it that ruled. */
const routed = (request: Request) => ({ request, route: resolveRoute(RULED, request) });
function judged(request: Request, guardrail?: Guardrail) {
  const facts = { ...routed(request), decision: aDecision({ votes: [anApproval('frank')] }) };
  return { ...facts, guardrail: guardrail ?? judgeAtGate(RULED, facts) };
}

const run = (draft: CompiledPolicy, ...requests: Request[]) => {
  const backtest = new Backtest(draft);
  for (const request of requests) {
    backtest.takeRoute(routed(request));
    backtest.takeJudgement(judged(request));
  }
  return backtest.summary();
};

describe('a backtest', () => {
  it('says nothing of a draft that is what ruled, whatever its lines are called', () => {
    const renamed = compiled(aPolicy([line('lead', { id: 'other' })]), directory);
    for (const draft of [RULED, renamed])
      expect(run(draft, aRequest({ target: { region: 'us-east' } }))).toEqual({
        requests: 1,
        judged: 1,
        changed: 0,
        groups: [],
        ungrouped: 0,
      });
  });

  it('tells who would have decided, and by which line', () => {
    const { groups, changed } = run(
      compiled(aPolicy([line('automation', { id: 'auto' })]), directory),
      aRequest({}),
    );
    expect(changed).toBe(1);
    expect(groups).toContainEqual({
      aspect: 'decider',
      was: 'people by all',
      would: 'automation by auto',
      requests: 1,
      examples: [aRequest({}).id],
    });
    // Whom a route without people does not ask follows from that.
    expect(groups.map(({ aspect }) => aspect)).toEqual(['decider']);
  });

  it('tells who would have been asked, and how long', () => {
    const draft = aPolicy([line('cto')], {
      checkpoints: { default: { timeout: 'PT1H', onSilence: 'deny' } },
    });
    const { groups } = run(compiled(draft, directory), aRequest({}));
    expect(groups.map(({ aspect, was, would }) => [aspect, was, would])).toEqual([
      ['asked', expect.stringContaining('(frank, grace)'), expect.stringContaining('(erin)')],
      ['clock', 'PT4H, silence: deny', 'PT1H, silence: deny'],
    ]);
  });

  it('tells what would have been blocked, beforehand and at the gate', () => {
    const draft = compiled(aPolicy([line('lead')], { guardrails: [regions] }), directory);
    const { groups } = run(draft, aRequest({ target: { region: 'eu-west' } }));
    expect(groups.map(({ aspect, was, would }) => [aspect, was, would])).toEqual([
      ['decider', 'people by all', expect.stringContaining('denied at once by ')],
      ['preflight', 'nothing', 'regions: blocked'],
      ['gate', 'passed', 'blocked (regions: blocked)'],
    ]);
  });

  it('tells what would no longer be blocked', () => {
    const backtest = new Backtest(RULED);
    const blocked: Guardrail = {
      outcome: 'blocked',
      results: [{ rule: 'regions', verdict: 'blocked', reason: 'Not there.' }],
      policyRevision: 1,
    };
    expect(backtest.takeJudgement(judged(aRequest({}), blocked))).toEqual([
      { aspect: 'gate', was: 'blocked (regions: blocked)', would: 'passed' },
    ]);
  });

  it('groups what changes alike, the largest group first, and names the first few', () => {
    const ids = Array.from({ length: 5 }, (_, nth) => `018f0000-0000-7000-8000-00000000000${nth}`);
    const draft = aPolicy([line('automation', { id: 'auto', riskLevel: 'low' }), line('deny', { id: 'no' })]);
    const requests = ids.map((id, nth) => aRequest({ id, riskLevel: nth < 4 ? 'low' : 'high' }));
    const { groups, changed, requests: all } = run(compiled(draft, directory), ...requests);
    expect({ all, changed }).toEqual({ all: 5, changed: 5 });
    expect(groups.map(({ requests: many, examples }) => [many, examples])).toEqual([
      [4, ids.slice(0, 3)],
      [1, ids.slice(4)],
    ]);
  });

  it('counts what comes twice once', () => {
    const backtest = new Backtest(compiled(aPolicy([line('deny')]), directory));
    for (const _ of [1, 2]) {
      backtest.takeRoute(routed(aRequest({})));
      backtest.takeJudgement(judged(aRequest({})));
    }
    expect(backtest.summary()).toMatchObject({ requests: 1, judged: 1, changed: 1 });
  });
});
