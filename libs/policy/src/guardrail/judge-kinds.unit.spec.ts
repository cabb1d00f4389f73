import { describe, expect, it } from '@jest/globals';
import { type Decision, type JsonObject, type Request, type Route } from '@tollgate/contracts';
import { resolveRoute } from '../route/resolve-route.js';
import { aDecision, anApproval, anOverride, DECIDED_AT } from '../testing/a-decision.js';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';
import { judge } from './judge.js';

const directory = aDirectory(
  { ann: ['lead'], dan: ['dpo'], eve: ['cto'], kim: ['cto'], pat: ['dpo', 'cto'] },
  ['pat'],
);
const line = { id: 'all', action: '*', riskLevel: '*', environment: '*', decide: 'lead' };
const NOW = Date.parse(DECIDED_AT);

interface Given {
  readonly request?: Partial<Request>;
  readonly route?: Partial<Route>;
  readonly decision?: Partial<Decision>;
  readonly now?: number;
  readonly more?: JsonObject;
}

function judged(rules: JsonObject[], { request: asked, route, decision, now = NOW, more }: Given = {}) {
  const policy = compiled(
    aPolicy([line], { guardrails: rules.map((rule) => ({ reason: 'Not so.', ...rule })), ...more }),
    directory,
  );
  const request = aRequest(asked);
  const found = { ...resolveRoute(policy, request), signIn: 'link' as const, ...route };
  return judge(policy, { request, route: found, decision: aDecision(decision) }, now);
}
const amount: JsonObject = { id: 'amount', kind: 'condition', forbid: 'parameters.amount > 1000.0' };
const dear = { parameters: { amount: 5000 } };

describe('a condition', () => {
  it('blocks where it holds, passes where it does not', () => {
    expect(judged([amount], { request: dear })).toMatchObject({
      outcome: 'blocked',
      results: [{ rule: 'amount', verdict: 'blocked', reason: 'Not so.' }],
    });
    expect(judged([amount], { request: { parameters: { amount: 5 } } }).outcome).toBe('passed');
  });

  it('blocks where it cannot be evaluated, and says so', () => {
    expect(judged([amount])).toMatchObject({
      outcome: 'blocked',
      results: [{ reason: 'Not so. (it could not be evaluated, so it blocks: there is no amount)' }],
    });
  });

  it('sees the effective risk: the higher of the routed one and of what the revision makes of it', () => {
    const risky = { id: 'risky', kind: 'condition', forbid: 'risk == "high"' };
    expect(judged([risky]).outcome).toBe('passed');
    expect(judged([risky], { route: { riskLevel: { claimed: 'low', effective: 'high' } } }).outcome).toBe(
      'blocked',
    );
    const raises = { risk: [{ id: 'always', when: 'true', raiseTo: 'high' }] };
    expect(
      judged([risky], { more: raises, route: { riskLevel: { claimed: 'low', effective: 'low' } } }).outcome,
    ).toBe('blocked');
  });
});

describe('when', () => {
  it.each<[string, Partial<Request>, string]>([
    ['keeps a rule out', { environment: 'staging', ...dear }, 'passed'],
    ['lets it in', { environment: 'production', ...dear }, 'blocked'],
  ])('%s', (_, request, outcome) => {
    expect(judged([{ ...amount, when: 'environment == "production"' }], { request }).outcome).toBe(outcome);
  });

  it('that cannot be evaluated blocks, whatever the rule says', () => {
    const allowed = { id: 'r', kind: 'allowed', field: 'target.region', values: ['us-east'] };
    expect(judged([{ ...allowed, when: 'target.tier == "gold"' }])).toMatchObject({
      outcome: 'blocked',
      results: [
        { reason: 'Not so. (when it applies could not be evaluated, so it blocks: there is no tier)' },
      ],
    });
  });
});

describe('a sign-off', () => {
  const dpo = { id: 'dpo', kind: 'sign-off', from: 'dpo' };

  it('is one approval by its people, in the deciding step, that counts', () => {
    expect(judged([dpo], { decision: { votes: [anApproval('ann'), anApproval('dan')] } }).outcome).toBe(
      'passed',
    );
  });

  it.each<[string, Partial<Decision>]>([
    ['nobody of them voted', { votes: [anApproval('ann')] }],
    ['they said no', { votes: [anApproval('dan', { verdict: 'deny' })] }],
    ['they abstained', { votes: [anApproval('dan', { verdict: 'abstain' })] }],
    ['their vote does not count', { votes: [anApproval('dan', { counted: false })] }],
    ['they voted in another step', { votes: [anApproval('dan')], step: 1 }],
    ['they spoke for somebody else', { votes: [anApproval('dan', { onBehalfOf: 'ann', delegation: 'd' })] }],
    ['they took it back', { votes: [anApproval('dan'), anApproval('dan', { verdict: 'deny' })] }],
    ['glass was broken', { decidedBy: 'break-glass' }],
    ['software decided', { decidedBy: 'automation' }],
  ])('is missing where %s', (_, decision) => {
    expect(judged([dpo], { decision })).toMatchObject({
      outcome: 'blocked',
      results: [{ reason: 'Not so. (it lacks the sign-off of one person of the role dpo)' }],
    });
  });

  it('may come from a delegate of its people, and from one who has left since', () => {
    const byDelegate = anApproval('ann', { onBehalfOf: 'dan', delegation: 'd' });
    expect(judged([dpo], { decision: { votes: [byDelegate] } }).outcome).toBe('passed');
    expect(judged([dpo], { decision: { votes: [anApproval('pat')] } }).outcome).toBe('passed');
  });
});

describe('a window', () => {
  const weekend = {
    id: 'weekend',
    kind: 'window',
    start: '2026-10-30T17:00',
    duration: 'PT63H',
    rrule: 'FREQ=WEEKLY;BYDAY=FR',
    zone: 'Europe/Berlin',
  };

  it('that freezes blocks within, and says until when', () => {
    // A Sunday.
    expect(judged([{ ...weekend, mode: 'freeze' }])).toMatchObject({
      outcome: 'blocked',
      results: [
        {
          reason:
            'Not so. (2026-11-01 11:01 Europe/Berlin is within the freeze, which ends at 2026-11-02 08:00)',
        },
      ],
    });
    const monday = Date.parse('2026-11-02T07:00:00Z');
    expect(judged([{ ...weekend, mode: 'freeze' }], { now: monday }).outcome).toBe('passed');
  });

  it('of maintenance blocks outside', () => {
    const maintenance = { ...weekend, mode: 'maintenance' };
    expect(judged([maintenance]).outcome).toBe('passed');
    expect(judged([maintenance], { now: Date.parse('2026-11-03T10:00:00Z') })).toMatchObject({
      outcome: 'blocked',
      results: [{ reason: 'Not so. (2026-11-03 11:00 Europe/Berlin is outside of the maintenance window)' }],
    });
  });

  it('blocks where it is not known when it is', () => {
    for (const mode of ['freeze', 'maintenance'])
      expect(judged([{ ...weekend, mode }], { now: Number.NaN })).toMatchObject({
        outcome: 'blocked',
        results: [{ reason: expect.stringContaining('could not be evaluated, so it blocks') }],
      });
  });
});

describe('a maximum age', () => {
  const young = { id: 'young', kind: 'max-age', maxAge: 'PT10M' };

  it.each([
    [0, 'passed'],
    [600_000, 'passed'],
    [600_001, 'blocked'],
    [Number.NaN, 'blocked'],
  ])('%d ms after the decision: %s', (later, outcome) => {
    expect(judged([young], { now: NOW + later }).outcome).toBe(outcome);
  });
});

describe('strength', () => {
  const overridable = { ...amount, strength: 'overridable', overridableBy: ['cto', { person: 'dan' }] };
  const by = (...overrides: Decision['overrides']): Given => ({ request: dear, decision: { overrides } });

  it('advisory blocks nothing, and is on record', () => {
    for (const request of [dear, {}])
      expect(judged([{ ...amount, strength: 'advisory' }], { request })).toMatchObject({
        outcome: 'passed',
        results: [{ rule: 'amount', strength: 'advisory', verdict: 'advised' }],
      });
  });

  it('overridable blocks, unless one of those whom it names overrode it', () => {
    expect(judged([overridable], by())).toMatchObject({
      outcome: 'blocked',
      results: [{ strength: 'overridable', verdict: 'blocked' }],
    });
    expect(judged([overridable], by(anOverride('amount', 'eve')))).toMatchObject({
      outcome: 'passed',
      results: [{ strength: 'overridable', verdict: 'overridden', reason: 'Not so. (overridden by eve)' }],
    });
    expect(judged([overridable], by(anOverride('amount', 'dan'))).outcome).toBe('passed');
  });

  it('an override of what passes anyway changes nothing', () => {
    const given = { decision: { overrides: [anOverride('amount', 'eve')] } };
    expect(judged([overridable], { ...given, request: { parameters: { amount: 5 } } }).results).toMatchObject(
      [{ verdict: 'passed' }],
    );
  });

  it.each<[string, Decision['overrides'][number], Given, string]>([
    ['of another guardrail', anOverride('other', 'eve'), {}, ''],
    ['by somebody else', anOverride('amount', 'ann'), {}, 'ann is none of those who may override it'],
    ['by nobody whom the directory knows', anOverride('amount', 'bo'), {}, 'bo is none of those'],
    ['by somebody who left', anOverride('amount', 'pat'), {}, 'pat is not active'],
    [
      'by the requester',
      anOverride('amount', 'eve'),
      { request: { ...dear, requester: 'eve' } },
      'eve is the requester',
    ],
    [
      'by the owner of the credential',
      anOverride('amount', 'eve'),
      { request: { ...dear, owner: 'eve' } },
      'eve owns the credential that asks',
    ],
    [
      'by whom it is made for',
      anOverride('amount', 'eve'),
      { request: { ...dear, onBehalfOf: ['EVE'] } },
      'eve is who the request is made for',
    ],
    [
      'by whom the plan excluded',
      anOverride('amount', 'eve'),
      {
        route: {
          plan: [
            {
              quorum: { kind: 'one', from: 'role:lead' },
              approvers: [],
              excluded: [{ person: 'eve', why: 'was excluded' }],
              timeout: 'PT1H',
              reminders: [],
              onSilence: 'deny',
            },
          ],
        },
      },
      'eve was excluded',
    ],
    [
      'without words',
      anOverride('amount', 'eve', { justification: ' \n' }),
      {},
      'eve gives no justification',
    ],
    [
      'after the decision',
      anOverride('amount', 'eve', { at: '2026-11-01T10:01:00.001Z' }),
      {},
      'it came after the decision',
    ],
    [
      'with too weak a sign-in',
      anOverride('amount', 'eve', { authentication: 'signed-in' }),
      { route: { signIn: 'passkey' } },
      'eve was not known as surely as the route asks for (passkey)',
    ],
  ])('an override %s does not count', (_, override, given, why) => {
    const { outcome, results } = judged([overridable], {
      request: dear,
      ...given,
      decision: { overrides: [override] },
    });
    expect(outcome).toBe('blocked');
    expect(results[0]?.reason).toContain(why === '' ? 'Not so.' : `(an override does not count: ${why}`);
  });

  it('one that counts is enough, whatever came besides', () => {
    expect(judged([overridable], by(anOverride('amount', 'ann'), anOverride('amount', 'kim'))).outcome).toBe(
      'passed',
    );
  });

  it('absolute is overridden by nobody', () => {
    expect(judged([amount], by(anOverride('amount', 'eve')))).toMatchObject({
      outcome: 'blocked',
      results: [{ reason: 'Not so. (an override does not count: it is absolute, and nobody overrides it)' }],
    });
  });
});

describe('work', () => {
  it('of one rule takes nothing from another, however long lists are', () => {
    const loops = Array.from({ length: 60 }, (_, index) => ({
      id: `loop-${index}`,
      kind: 'condition',
      forbid: `parameters.list.exists(each, each == ${index}.0)`,
    }));
    const request = { parameters: { list: Array.from({ length: 3000 }, (_, index) => -1 - index) } };
    expect(judged(loops, { request }).outcome).toBe('passed');
  });
});
