import { describe, expect, it } from '@jest/globals';
import { type Decision, type JsonObject } from '@tollgate/contracts';
import { resolveRoute } from '../route/resolve-route.js';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';
import { judge } from './judge.js';

const regions = {
  id: 'regions',
  kind: 'allowed',
  field: 'target.region',
  values: ['us-east', 'eu-west'],
  reason: 'Other regions are off limits.',
};
const actions = { id: 'actions', kind: 'blocked', actions: ['delete_prod_database'], reason: 'Never.' };
const policy = compiled(aPolicy([], { guardrails: [regions, actions] }), aDirectory({}));

const NOW = Date.parse('2026-11-01T10:01:00.000Z');

const decided = (outcome: Decision['outcome']): Decision => ({
  outcome,
  decidedBy: 'people',
  step: 0,
  openedAt: '2026-11-01T10:00:00.000Z',
  votes: [],
  overrides: [],
  decidedAt: '2026-11-01T10:01:00.000Z',
  explanation: 'as said',
  policyRevision: 1,
});

const judged = (
  given: { action?: string; target?: JsonObject },
  outcome: Decision['outcome'] = 'approved',
) => {
  const request = aRequest(given);
  return judge(policy, { request, route: resolveRoute(policy, request), decision: decided(outcome) }, NOW);
};

describe('judge', () => {
  it('lets pass what no guardrail forbids, and reports each', () => {
    expect(judged({ target: { region: 'eu-west' } })).toEqual({
      outcome: 'passed',
      results: [
        { rule: 'regions', verdict: 'passed', reason: 'target.region is allowed' },
        { rule: 'actions', verdict: 'passed', reason: 'the action is not blocked' },
      ],
      policyRevision: 1,
    });
  });

  it('keeps nobody from closing the review of broken glass: nothing goes on by it', () => {
    expect(judged({ action: 'break-glass.review', target: {} })).toEqual({
      outcome: 'passed',
      results: [],
      policyRevision: 1,
    });
    expect(judged({ action: 'break-glass.review', target: {} }, 'denied').outcome).toBe('skipped');
  });

  it('blocks a value that is not listed, with the reason and the value', () => {
    expect(judged({ target: { region: 'asia-east' } })).toMatchObject({
      outcome: 'blocked',
      results: [
        {
          rule: 'regions',
          verdict: 'blocked',
          reason: 'Other regions are off limits. (target.region is asia-east)',
        },
        { rule: 'actions', verdict: 'passed' },
      ],
    });
  });

  it('blocks what a later rule alone forbids', () => {
    const { outcome, results } = judged({ action: 'delete_prod_database', target: { region: 'us-east' } });
    expect(outcome).toBe('blocked');
    expect(results.map(({ verdict }) => verdict)).toEqual(['passed', 'blocked']);
  });

  it('judges every rule, not only up to the first that blocks', () => {
    const { outcome, results } = judged({ action: 'delete_prod_database', target: { region: 'asia-east' } });
    expect(outcome).toBe('blocked');
    expect(results.map(({ verdict }) => verdict)).toEqual(['blocked', 'blocked']);
  });

  it.each([
    ['carries no such field', {}, 'passed'],
    ['carries an empty list', { region: [] }, 'passed'],
    ['lists allowed values', { region: ['us-east', 'eu-west'] }, 'passed'],
    ['lists one that is not allowed', { region: ['us-east', 'asia-east'] }, 'blocked'],
    ['hides it in a list of lists', { region: [['us-east'], ['asia-east']] }, 'blocked'],
    ['spells it otherwise', { region: 'US-EAST' }, 'blocked'],
    ['gives null', { region: null }, 'blocked'],
    ['gives an object', { region: { name: 'us-east' } }, 'blocked'],
    ['gives a number', { region: 1 }, 'blocked'],
    ['carries a longer name', { regions: 'asia-east' }, 'passed'],
  ])('a request that %s', (_, target, outcome) => {
    expect(judged({ target: target as JsonObject }).outcome).toBe(outcome);
  });

  it('does not take a list on the way for a missing field', () => {
    const nested = compiled(
      aPolicy([], { guardrails: [{ ...regions, field: 'target.zones.region' }] }),
      aDirectory({}),
    );
    const request = aRequest({ target: { zones: [{ region: 'us-east' }, { region: 'asia-east' }] } });
    expect(
      judge(nested, { request, route: resolveRoute(nested, request), decision: decided('approved') }, NOW)
        .outcome,
    ).toBe('blocked');
  });

  it('asks anew what it found of the same request at another risk, or by another revision', () => {
    const forbids = (risk: string) =>
      compiled(
        aPolicy([], {
          guardrails: [{ id: 'risky', kind: 'condition', forbid: `risk == "${risk}"`, reason: 'No.' }],
        }),
        aDirectory({}),
      );
    const [high, low] = [forbids('high'), forbids('low')];
    const request = aRequest({ riskLevel: 'low' });
    const outcomeAt = (revision: typeof high, effective: 'low' | 'high') => {
      const route = { ...resolveRoute(high, request), riskLevel: { claimed: 'low' as const, effective } };
      return judge(revision, { request, route, decision: decided('approved') }, NOW).outcome;
    };
    expect(outcomeAt(high, 'low')).toBe('passed');
    expect(outcomeAt(high, 'high')).toBe('blocked');
    expect(outcomeAt(low, 'low')).toBe('blocked');
    expect(outcomeAt(low, 'high')).toBe('passed');
  });

  it('does not read what every object inherits', () => {
    const inherited = compiled(
      aPolicy([], { guardrails: [{ ...regions, field: 'target.constructor' }] }),
      aDirectory({}),
    );
    const request = aRequest();
    expect(
      judge(
        inherited,
        { request, route: resolveRoute(inherited, request), decision: decided('approved') },
        NOW,
      ).outcome,
    ).toBe('passed');
  });

  it.each(['denied', 'cancelled', 'expired'] as const)('skips what was %s', (outcome) => {
    expect(judged({ target: { region: 'asia-east' } }, outcome)).toEqual({
      outcome: 'skipped',
      results: [],
      policyRevision: 1,
    });
  });
});
