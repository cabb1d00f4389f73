import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type JsonValue, type Request } from '@tollgate/contracts';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';
import { resolveRoute } from './resolve-route.js';

const directory = aDirectory({ ann: ['lead'], dan: ['dpo'], eve: ['cto'] });
const line = (decide: JsonValue): JsonObject => ({
  id: 'line',
  action: '*',
  riskLevel: 'low',
  environment: '*',
  decide,
});

function routed(
  decide: JsonValue,
  guardrails: JsonObject[],
  request: Partial<Request> = {},
  more: JsonObject = {},
) {
  const policy = compiled(
    aPolicy([line(decide)], {
      guardrails: guardrails.map((rule) => ({ reason: 'Not so.', ...rule })),
      ...more,
    }),
    directory,
  );
  return resolveRoute(policy, aRequest(request));
}

const amount = { id: 'amount', kind: 'condition', forbid: 'parameters.amount > 10.0' };
const dear = { parameters: { amount: 50 } };
const dpo = { id: 'dpo', kind: 'sign-off', from: 'dpo', when: 'target.region.startsWith("eu-")' };
const eu = { target: { region: 'eu-west' } };

describe('what a guardrail is sure to block', () => {
  it.each(['lead', 'automation'])('is denied before anybody is asked, with its reason: %s', (decide) => {
    expect(routed(decide, [amount], dear)).toMatchObject({
      rule: 'line',
      decider: 'deny',
      plan: [],
      preflight: [{ guardrail: 'amount', verdict: 'blocked', reason: 'Not so.' }],
      explanation: expect.stringMatching(
        /the guardrail amount blocks it, .* before anybody is asked: Not so\.$/,
      ),
    });
  });

  it('is so too where it cannot be told, and says so', () => {
    const { decider, explanation } = routed('lead', [amount]);
    expect(decider).toBe('deny');
    expect(explanation).toContain('it could not be evaluated, so it blocks: there is no amount');
  });

  it('is asked and shown where the guardrail only warns', () => {
    expect(routed('lead', [{ ...amount, preflight: 'warn' }], dear)).toMatchObject({
      decider: 'people',
      preflight: [{ guardrail: 'amount', verdict: 'blocked', reason: 'Not so.' }],
    });
  });

  it('is asked and shown where somebody may override it; but not where nobody is asked', () => {
    const rule = { ...amount, strength: 'overridable', overridableBy: 'cto' };
    expect(routed('lead', [rule], dear)).toMatchObject({
      decider: 'people',
      preflight: [{ guardrail: 'amount', verdict: 'blocked', strength: 'overridable' }],
    });
    expect(routed('automation', [rule], dear)).toMatchObject({ decider: 'deny' });
  });

  it('is shown where it is advisory, and hinders nothing', () => {
    const rule = { ...amount, strength: 'advisory' };
    expect(routed('lead', [rule], dear)).toMatchObject({
      decider: 'people',
      preflight: [{ guardrail: 'amount', verdict: 'blocked', strength: 'advisory' }],
    });
    expect(routed('automation', [rule], dear).decider).toBe('automation');
  });

  it('is not what a line denies anyway', () => {
    expect(routed('deny', [amount], dear).explanation).toBe(
      'By line, deploy_prod at low risk in production is denied.',
    );
  });

  it('is nothing where it passes', () => {
    expect(routed('lead', [amount], { parameters: { amount: 5 } })).toMatchObject({
      decider: 'people',
      preflight: [],
    });
  });
});

describe('a required sign-off', () => {
  it('joins the quorum of the line, and the same person may count for both', () => {
    const route = routed('lead', [dpo], eu);
    expect(route).toMatchObject({
      decider: 'people',
      plan: [
        {
          quorum: {
            kind: 'all',
            of: [
              { kind: 'one', from: 'role:lead' },
              { kind: 'one', from: 'role:dpo' },
            ],
            samePerson: true,
          },
          approvers: [{ person: 'ann' }, { person: 'dan' }],
        },
      ],
    });
    expect(route.explanation).toContain('Sign-off by one person of the role dpo (dpo: Not so.).');
  });

  it('is left out where it does not apply', () => {
    expect(routed('lead', [dpo]).plan[0]?.quorum).toEqual({ kind: 'one', from: 'role:lead' });
    expect(routed('automation', [dpo])).toMatchObject({ decider: 'automation', plan: [] });
  });

  it('brings people to where automation would decide, under the default checkpoint', () => {
    expect(routed('automation', [dpo], eu)).toMatchObject({
      decider: 'people',
      plan: [{ quorum: { kind: 'one', from: 'role:dpo' }, timeout: 'PT4H', approvers: [{ person: 'dan' }] }],
    });
  });

  it('joins every step, and silence is nowhere a yes', () => {
    const policy = compiled(
      aPolicy([{ ...line('lead'), environment: 'staging', checkpoint: 'soft' }], {
        guardrails: [{ reason: 'Not so.', ...dpo }],
        checkpoints: {
          default: { timeout: 'PT4H', onSilence: 'deny' },
          soft: { timeout: 'PT1H', onSilence: { ask: 'cto', checkpoint: 'last' } },
          last: { timeout: 'PT1H', onSilence: 'approve' },
        },
      }),
      directory,
    );
    const { plan } = resolveRoute(policy, aRequest({ environment: 'staging', ...eu }));
    expect(plan.map(({ onSilence }) => onSilence)).toEqual(['next', 'deny']);
    expect(plan.map(({ approvers }) => approvers.map(({ person }) => person))).toEqual([
      ['ann', 'dan'],
      ['eve', 'dan'],
    ]);
    const free = resolveRoute(policy, aRequest({ environment: 'staging' }));
    expect(free.plan.map(({ onSilence }) => onSilence)).toEqual(['next', 'approve']);
  });

  it('stays beside how many denials end it', () => {
    expect(
      routed({ atLeast: 1, of: { anyOf: ['lead', 'cto'] }, denials: 2 }, [dpo], eu).plan[0]?.quorum,
    ).toMatchObject({ kind: 'denials', count: 2, in: { kind: 'all', of: [{}, { from: 'role:dpo' }] } });
  });

  it('by the only one who may give it is denied to them', () => {
    expect(routed('lead', [dpo], { ...eu, requester: 'dan' })).toMatchObject({
      decider: 'deny',
      plan: [{ excluded: [{ person: 'dan', why: 'is the requester' }] }],
    });
  });

  it('for the record alone asks nobody', () => {
    expect(routed('automation', [{ ...dpo, strength: 'advisory' }], eu).decider).toBe('automation');
  });

  it('of more than can be asked at once is a no', () => {
    const everybody: JsonValue[] = [
      'lead',
      'dpo',
      'cto',
      ...['ann', 'dan', 'eve'].map((person) => ({ person })),
    ];
    const many = Array.from({ length: 63 }, (_, index) => ({
      ...dpo,
      id: `sign-off-${index}`,
      from: everybody.filter((__, bit) => (((index + 1) >> bit) & 1) === 1),
    }));
    const route = routed('lead', many, eu);
    expect(route.decider).toBe('deny');
    expect(route.explanation).toContain('more than one step can ask');
  });
});

describe('a window', () => {
  const freeze = {
    id: 'freeze',
    kind: 'window',
    mode: 'freeze',
    start: '2026-11-06T17:00',
    duration: 'PT63H',
    rrule: 'FREQ=WEEKLY',
    zone: 'Europe/Berlin',
  };
  const at = (submittedAt: string) => ({ submittedAt });

  it('that may come in the way is shown as possible, with when', () => {
    expect(routed('lead', [freeze], at('2026-11-06T14:00:00.000Z'))).toMatchObject({
      decider: 'people',
      preflight: [
        {
          guardrail: 'freeze',
          verdict: 'possible',
          reason: 'Not so. (a freeze: from 2026-11-06 17:00, until 2026-11-09 08:00, Europe/Berlin)',
        },
      ],
    });
    expect(routed('lead', [freeze], at('2026-11-07T14:00:00.000Z')).preflight).toMatchObject([
      { verdict: 'possible', reason: expect.stringContaining('a freeze: now') },
    ]);
  });

  it('that does not come until the release has expired is not shown', () => {
    expect(routed('lead', [freeze], at('2026-11-06T11:44:00.000Z')).preflight).toEqual([]);
    expect(routed('lead', [freeze], at('2026-11-06T11:46:00.000Z')).preflight).toHaveLength(1);
  });

  it('of maintenance is shown unless it is open all the time', () => {
    const maintenance = { ...freeze, mode: 'maintenance' };
    const reasons = (submittedAt: string) =>
      routed('lead', [maintenance], at(submittedAt)).preflight.map(({ reason }) => reason);
    expect(reasons('2026-11-07T10:00:00.000Z')).toEqual([]);
    expect(reasons('2026-11-06T15:00:00.000Z')).toEqual([
      expect.stringContaining('the next is at 2026-11-06 17:00'),
    ]);
    expect(reasons('2026-11-09T06:00:00.000Z')).toEqual([expect.stringContaining('it is open now')]);
    expect(reasons('2026-11-10T06:00:00.000Z')).toEqual([expect.stringContaining('none is near')]);
  });
});
