import { describe, expect, it } from '@jest/globals';
import { type GuardrailResult, type JsonObject } from '@tollgate/contracts';
import fc from 'fast-check';
import { resolveRoute } from '../route/resolve-route.js';
import { aDecision, anApproval, anOverride, DECIDED_AT } from '../testing/a-decision.js';
import { aDirectory, aPolicy, compiled } from '../testing/a-policy.js';
import { aRequest } from '../testing/a-request.js';
import { judge } from './judge.js';

const directory = aDirectory({ ann: ['lead'], dan: ['dpo'], eve: ['cto'], old: ['cto'] }, ['old']);
const line = { id: 'all', action: '*', riskLevel: '*', environment: '*', decide: 'lead' };

/** A rule, and whether it speaks against the request of {@link facts}; `fault` where it cannot tell. */
interface Made {
  readonly rule: JsonObject;
  readonly says: 'passes' | 'blocks' | 'fault';
}

const KINDS: readonly Made[] = [
  { says: 'passes', rule: { kind: 'allowed', field: 'target.region', values: ['us-east'] } },
  { says: 'blocks', rule: { kind: 'allowed', field: 'target.region', values: ['eu-west'] } },
  { says: 'passes', rule: { kind: 'blocked', actions: ['wipe'] } },
  { says: 'blocks', rule: { kind: 'blocked', actions: ['deploy_prod'] } },
  { says: 'passes', rule: { kind: 'condition', forbid: 'parameters.amount > 10.0' } },
  { says: 'blocks', rule: { kind: 'condition', forbid: 'parameters.amount < 10.0' } },
  { says: 'fault', rule: { kind: 'condition', forbid: 'parameters.missing < 10.0' } },
  { says: 'fault', rule: { kind: 'condition', forbid: 'parameters.amount.startsWith("a")' } },
  { says: 'passes', rule: { kind: 'sign-off', from: 'dpo' } },
  { says: 'blocks', rule: { kind: 'sign-off', from: 'cto' } },
  {
    says: 'blocks',
    rule: { kind: 'window', mode: 'freeze', start: '2026-11-01T00:00', duration: 'P1D', zone: 'UTC' },
  },
  {
    says: 'passes',
    rule: {
      kind: 'window',
      mode: 'maintenance',
      start: '2026-10-31T00:00',
      duration: 'PT11H',
      rrule: 'FREQ=DAILY',
      zone: 'UTC',
    },
  },
  { says: 'passes', rule: { kind: 'max-age', maxAge: 'PT1H' } },
];
const WHENS: readonly (Pick<Made, 'says'> & { readonly when?: string })[] = [
  { says: 'blocks' },
  { says: 'blocks', when: 'action == "deploy_prod"' },
  { says: 'passes', when: 'action == "wipe"' },
  { says: 'fault', when: 'target.tier == "gold"' },
];
const STRENGTHS = ['absolute', 'overridable', 'advisory'] as const;

interface Given extends Made {
  readonly strength: (typeof STRENGTHS)[number];
  /** `valid`: by somebody who may; `void`: by somebody who left. */
  readonly override: 'none' | 'valid' | 'void';
}

const aRule: fc.Arbitrary<Given> = fc
  .record({
    kind: fc.constantFrom(...KINDS),
    when: fc.constantFrom(...WHENS),
    strength: fc.constantFrom(...STRENGTHS),
    override: fc.constantFrom('none' as const, 'valid' as const, 'void' as const),
  })
  .map(({ kind, when, strength, override }) => {
    const isFixed = kind.rule['kind'] === 'sign-off' || kind.rule['kind'] === 'max-age';
    const given = isFixed && strength === 'overridable' ? 'absolute' : strength;
    return {
      says: when.says === 'blocks' ? kind.says : when.says,
      strength: given,
      override,
      rule: {
        ...kind.rule,
        ...(when.when === undefined ? {} : { when: when.when }),
        strength: given,
        ...(given === 'overridable' ? { overridableBy: 'cto' } : {}),
        reason: 'Not so.',
      },
    };
  });
const someRules = fc.array(aRule, { maxLength: 12 });

const idOf = (index: number): string => `rule-${index}`;

function judged(rules: readonly Given[], order = rules.map((_, index) => index)) {
  const guardrails = order.map((index) => ({ id: idOf(index), ...rules[index]?.rule }));
  const policy = compiled(aPolicy([line], { guardrails }), directory);
  const request = aRequest({ parameters: { amount: 5 } });
  const overrides = rules.flatMap(({ override }, index) =>
    override === 'none' ? [] : [anOverride(idOf(index), override === 'valid' ? 'eve' : 'old')],
  );
  const decision = aDecision({ votes: [anApproval('ann'), anApproval('dan')], overrides });
  const route = { ...resolveRoute(policy, request), signIn: 'link' as const };
  return judge(policy, { request, route, decision }, Date.parse(DECIDED_AT));
}

function expectedOf({ says, strength, override }: Given): GuardrailResult['verdict'] {
  if (says === 'passes') return 'passed';
  if (strength === 'advisory') return 'advised';
  return strength === 'overridable' && override === 'valid' ? 'overridden' : 'blocked';
}

describe('the algebra of guardrails', () => {
  it('every rule is reported once, in its place, with what it says whatever the others say', () => {
    fc.assert(
      fc.property(someRules, (rules) => {
        expect(judged(rules).results.map(({ rule, verdict }) => [rule, verdict])).toEqual(
          rules.map((given, index) => [idOf(index), expectedOf(given)]),
        );
      }),
    );
  });

  it('it is blocked where, and only where, a rule blocks that is absolute, or overridable and not overridden', () => {
    fc.assert(
      fc.property(someRules, (rules) => {
        const against = rules.some(
          ({ says, strength, override }) =>
            says !== 'passes' &&
            (strength === 'absolute' || (strength === 'overridable' && override !== 'valid')),
        );
        expect(judged(rules).outcome).toBe(against ? 'blocked' : 'passed');
      }),
    );
  });

  it('the order of the rules changes nothing but the order of the results', () => {
    fc.assert(
      fc.property(
        someRules.chain((rules) =>
          fc.tuple(
            fc.constant(rules),
            fc.shuffledSubarray(
              rules.map((_, index) => index),
              { minLength: rules.length },
            ),
          ),
        ),
        ([rules, order]) => {
          const one = judged(rules);
          const other = judged(rules, order);
          expect(other.outcome).toBe(one.outcome);
          expect(other.results).toEqual(order.map((index) => one.results[index]));
        },
      ),
    );
  });

  it('a rule more never turns a block into a pass', () => {
    fc.assert(
      fc.property(someRules, aRule, (rules, another) => {
        if (judged(rules).outcome === 'blocked') expect(judged([...rules, another]).outcome).toBe('blocked');
      }),
    );
  });

  it('what cannot be told says so, and never passes', () => {
    fc.assert(
      fc.property(someRules, (rules) => {
        const { results } = judged(rules);
        for (const [index, { says }] of rules.entries())
          if (says === 'fault') {
            expect(results[index]?.reason).toContain('could not be evaluated');
            expect(results[index]?.verdict).not.toBe('passed');
          }
      }),
    );
  });

  it('the same is judged the same again', () => {
    fc.assert(
      fc.property(someRules, (rules) => {
        expect(JSON.stringify(judged(rules))).toBe(JSON.stringify(judged(rules)));
      }),
    );
  });
});
