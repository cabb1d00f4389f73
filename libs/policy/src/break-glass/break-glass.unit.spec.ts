import { describe, expect, it } from '@jest/globals';
import { type BreakGlass, type JsonObject, type Request } from '@tollgate/contracts';
import { explainDecision } from '../explain/explain-decision.js';
import { resolveRoute } from '../route/resolve-route.js';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';

const PEOPLE = {
  alice: ['oncall'],
  bob: ['team-lead'],
  dave: ['team-lead', 'oncall'],
  erin: ['cto'],
  frank: ['cto', 'oncall'],
  gone: ['oncall'],
};
const LINE = { id: 'prod', action: 'deploy_prod', riskLevel: '*', environment: '*', decide: 'team-lead' };
const RULE = {
  id: 'outage',
  who: 'oncall',
  action: 'deploy_prod',
  riskLevel: ['low', 'high'],
  environment: 'production',
  signIn: 'passkey',
  review: { decide: 'cto', checkpoint: 'review' },
};
const CHECKPOINTS = {
  default: { timeout: 'PT4H', onSilence: { ask: 'cto', checkpoint: 'last' } },
  last: { timeout: 'PT1H', onSilence: 'deny' },
  review: { timeout: 'P1D', onSilence: { ask: { person: 'erin' }, checkpoint: 'last' }, reminders: ['PT8H'] },
};

const policyOf = (
  more: JsonObject = {},
  rules: JsonObject[] = [RULE],
  people: Record<string, string[]> = PEOPLE,
) =>
  compiled(
    aPolicy([LINE], { checkpoints: CHECKPOINTS, breakGlass: rules, ...more }),
    aDirectory(people, ['gone']),
  );
const glass = (given: Partial<BreakGlass> = {}): BreakGlass => ({
  justification: 'checkout is down',
  person: 'alice',
  authentication: 'passkey',
  ...given,
});
const route = (given: Partial<Request> = {}, more: JsonObject = {}, rules: JsonObject[] = [RULE]) =>
  resolveRoute(policyOf(more, rules), aRequest({ owner: 'bob', breakGlass: glass(), ...given }));

describe('breaking the glass', () => {
  it('waits for nobody, and keeps whom it would have asked', () => {
    const { breakGlass: _none, ...ordinary } = aRequest({ owner: 'bob', breakGlass: glass() });
    const without = resolveRoute(policyOf(), ordinary);
    const broken = route();
    expect(without).toMatchObject({ decider: 'people' });
    expect(without).not.toHaveProperty('breakGlass');
    expect(broken).toEqual({
      ...without,
      decider: 'break-glass',
      breakGlass: 'outage',
      explanation:
        'alice broke the glass, as outage allows: deploy_prod at low risk in production does not wait for the approval of one person of the role team-lead. It is reviewed afterwards.',
    });
    expect(broken.plan.map(({ approvers }) => approvers.map(({ person }) => person))).toEqual([
      ['dave'],
      ['erin', 'frank'],
    ]);
  });

  it('is open to the owner of the credential that asks: it is their own emergency', () => {
    expect(route({ owner: 'alice' })).toMatchObject({ decider: 'break-glass', breakGlass: 'outage' });
  });

  it.each<[string, Partial<Request>, JsonObject[], string]>([
    [
      'somebody else',
      { breakGlass: glass({ person: 'bob' }) },
      [RULE],
      'bob is none of those who may by outage',
    ],
    [
      'an unknown person',
      { breakGlass: glass({ person: 'x' }) },
      [RULE],
      'x is none of those who may by outage',
    ],
    ['a person who left', { breakGlass: glass({ person: 'gone' }) }, [RULE], 'gone is not active'],
    [
      'less sure',
      { breakGlass: glass({ authentication: 'signed-in' }) },
      [RULE],
      'outage asks for a passkey',
    ],
    [
      'a link',
      { breakGlass: glass({ authentication: 'link' }) },
      [{ ...RULE, signIn: 'signed-in' }],
      'outage asks for a recent sign-in',
    ],
    [
      'an unknown sign-in',
      { breakGlass: glass({ authentication: 'oath' }) },
      [{ ...RULE, signIn: 'signed-in' }],
      'outage asks for a recent sign-in',
    ],
    ['no justification', { breakGlass: glass({ justification: ' ' }) }, [RULE], 'no justification is given'],
    ['another risk', { riskLevel: 'medium' }, [RULE], 'no rule of the policy lets anybody'],
    ['another environment', { environment: 'staging' }, [RULE], 'no rule of the policy lets anybody'],
    ['another action', {}, [{ ...RULE, action: 'restart' }], 'no rule of the policy lets anybody'],
    ['no rule', {}, [], 'no rule of the policy lets anybody'],
    [
      'a condition that does not hold',
      {},
      [{ ...RULE, when: 'target.region == "eu"' }],
      'the condition of outage does not hold',
    ],
    [
      'a condition that fails',
      {},
      [{ ...RULE, when: 'target.none == "eu"' }],
      'the condition of outage could not be evaluated',
    ],
    [
      'nobody left to review',
      {},
      [{ ...RULE, review: { decide: { person: 'alice' }, checkpoint: 'review' } }],
      'nobody would be left to review it by outage',
    ],
    [
      'only the owner left to review',
      {},
      [{ ...RULE, review: { decide: { person: 'bob' }, checkpoint: 'review' } }],
      'nobody would be left to review it by outage',
    ],
  ])('is not for %s: then people are asked, and it says why', (_what, given, rules, why) => {
    const { breakGlass: _none, ...ordinary } = aRequest({ owner: 'bob', ...given });
    const without = resolveRoute(policyOf({}, rules), ordinary);
    const { explanation, ...decided } = route(given, {}, rules);
    const { explanation: plain, ...expected } = without;
    expect(decided).toEqual(expected);
    expect(decided.decider).toBe('people');
    expect(explanation).toContain(`could not break the glass (${why}`);
    expect(explanation.endsWith(plain)).toBe(true);
  });

  it('goes by the first rule that lets them, whatever another refuses', () => {
    const strict = { ...RULE, id: 'strict', who: { person: 'frank' } };
    expect(route({}, {}, [strict, RULE])).toMatchObject({ decider: 'break-glass', breakGlass: 'outage' });
  });

  it('goes by the effective risk', () => {
    const risk = [{ id: 'always', when: 'true', raiseTo: 'critical' }];
    expect(route({}, { risk })).toMatchObject({ decider: 'people', riskLevel: { effective: 'critical' } });
  });

  const guardrail = (more: JsonObject): JsonObject => ({
    guardrails: [{ id: 'rail', reason: 'No.', ...more }],
  });

  it('never skips what nobody outranks: what is sure to be blocked is denied', () => {
    const blocked = route({}, guardrail({ kind: 'blocked', actions: ['deploy_prod'] }));
    expect(blocked).toMatchObject({ decider: 'deny' });
    expect(blocked).not.toHaveProperty('breakGlass');
  });

  it('never skips a required sign-off: those are asked', () => {
    const asked = route({}, guardrail({ kind: 'sign-off', from: 'cto' }));
    expect(asked).toMatchObject({ decider: 'people', plan: [{ quorum: { kind: 'all' } }, {}] });
    expect(asked.explanation).toContain('the sign-off that rail asks for is never skipped');
  });

  it('does not outrank what only an override lets past', () => {
    const asked = route(
      {},
      guardrail({ kind: 'condition', forbid: 'true', strength: 'overridable', overridableBy: 'cto' }),
    );
    expect(asked.decider).toBe('people');
    expect(asked.explanation).toContain('rail blocks it unless it is overridden');
  });

  it('makes no yes of what the policy denies, and nothing else of what software approves', () => {
    const by = (decide: string) =>
      resolveRoute(
        compiled(
          aPolicy([{ ...LINE, decide }], { checkpoints: CHECKPOINTS, breakGlass: [RULE] }),
          aDirectory(PEOPLE),
        ),
        aRequest({ breakGlass: glass() }),
      ).decider;
    expect([by('deny'), by('automation')]).toEqual(['deny', 'automation']);
  });
});

describe('who could break the glass', () => {
  const could = (given: Partial<Request> = {}, more: JsonObject = {}) =>
    explainDecision(policyOf(more), aRequest({ owner: 'bob', ...given })).breakGlass;

  it('is everybody whom a rule lets, without the inactive', () => {
    expect(could()).toEqual([{ rule: 'outage', people: ['alice', 'dave', 'frank'], signIn: 'passkey' }]);
  });

  it('is nobody where no rule is for it, a guardrail keeps from it, or people are not asked', () => {
    const rail = { id: 'rail', reason: 'No.', kind: 'sign-off', from: 'cto' };
    expect(could({ riskLevel: 'medium' })).toEqual([]);
    expect(could({}, { guardrails: [rail] })).toEqual([]);
    expect(could({ action: 'unknown' })).toEqual([]);
  });
});

describe('the review of broken glass', () => {
  const review = (given: Partial<Request> = {}, more: JsonObject = {}) =>
    resolveRoute(
      policyOf(more),
      aRequest({
        action: 'break-glass.review',
        environment: 'tollgate',
        requester: 'frank',
        owner: 'bob',
        target: { rule: 'outage' },
        ...given,
      }),
    );

  it('asks those whom the rule names, but for those who had a part in it', () => {
    const { rule, decider, plan } = review();
    expect({ rule, decider }).toEqual({ rule: 'outage', decider: 'people' });
    expect(plan[0]).toMatchObject({
      approvers: [{ person: 'erin', via: ['role:cto'] }],
      excluded: [{ person: 'frank', why: 'is the requester' }],
      timeout: 'P1D',
      reminders: ['PT8H'],
    });
  });

  it('asks on where people stay silent, and those of the last step again: silence never decides', () => {
    const { plan } = review();
    expect(plan.map(({ onSilence }) => onSilence)).toEqual(Array(6).fill('next'));
    expect(plan.map(({ timeout }) => timeout)).toEqual(['P1D', ...Array<string>(5).fill('PT1H')]);
    expect(plan.slice(1).every((step) => step.approvers[0]?.person === 'erin')).toBe(true);
  });

  it('is kept from nobody by a guardrail: it lets nothing go on', () => {
    const guardrails = [{ id: 'all', reason: 'No.', kind: 'condition', forbid: 'true' }];
    expect(review({}, { guardrails })).toMatchObject({ decider: 'people', preflight: [] });
  });

  it('is denied where it names no rule', () => {
    expect(review({ target: { rule: 'other' } })).toMatchObject({ decider: 'deny', rule: 'none' });
  });
});
