import { describe, expect, it } from '@jest/globals';
import { decodeEvent, type JsonObject, type Override } from '@tollgate/contracts';
import { compile } from '@tollgate/policy';
import { aDecidedEvent, aVote, type DecidedGiven } from '../testing/a-decided-event.js';
import { A_DIRECTORY, A_POLICY } from '../testing/a-policy.js';
import { evaluateGuardrails } from './evaluate-guardrails.js';

const people = A_DIRECTORY['people'] as JsonObject;
const directory = {
  ...A_DIRECTORY,
  roles: ['team-lead', 'cto', 'dpo'],
  people: {
    ...people,
    erin: { active: true, roles: ['cto'] },
    gone: { active: false, roles: ['cto'] },
    dana: { active: true, roles: ['dpo', 'team-lead'] },
  },
};
const guardrails: JsonObject[] = [
  {
    id: 'budget',
    kind: 'condition',
    forbid: 'target.region == "eu-west"',
    strength: 'overridable',
    overridableBy: 'cto',
    reason: 'The budget is spent.',
  },
  {
    id: 'dpo',
    kind: 'sign-off',
    from: 'dpo',
    when: 'target.region == "eu-east"',
    reason: 'Personal data.',
  },
  {
    id: 'november',
    kind: 'window',
    mode: 'freeze',
    start: '2026-11-01T11:10',
    duration: 'PT1H',
    zone: 'Europe/Berlin',
    reason: 'Nobody watches.',
  },
  { id: 'broken', kind: 'condition', forbid: 'target.tier == "gold"', strength: 'advisory', reason: 'Hm.' },
];
const compiled = compile({ revision: 1, policy: { ...A_POLICY, guardrails }, directory });
const evaluated = (given: DecidedGiven) => {
  const event = evaluateGuardrails(aDecidedEvent('one', given), compiled);
  const { subject = '' } = event;
  expect(decodeEvent('guardrail.evaluated', Buffer.from(JSON.stringify(event)), subject)).toEqual(event);
  const { outcome, results } = event.data.guardrail;
  return { outcome, verdicts: Object.fromEntries(results.map(({ rule, verdict }) => [rule, verdict])) };
};
const override = (person: string, given: Partial<Override> = {}): Override => ({
  guardrail: 'budget',
  person,
  justification: 'The board agreed.',
  at: '2026-11-01T10:04:00.000Z',
  authentication: 'link',
  ...given,
});
const eu = { target: { region: 'eu-west' } };

describe('given a decision at the gate', () => {
  it('when rules of every strength speak, then each is on record', () => {
    expect(evaluated({})).toEqual({
      outcome: 'passed',
      verdicts: { budget: 'passed', dpo: 'passed', november: 'passed', broken: 'advised' },
    });
  });

  it('when a guardrail was overridden by somebody who may, then it passes, and says so', () => {
    expect(evaluated({ ...eu, decision: { overrides: [override('erin')] } })).toMatchObject({
      outcome: 'passed',
      verdicts: { budget: 'overridden' },
    });
  });

  it.each<[string, Override[]]>([
    ['nobody', []],
    ['somebody who may not', [override('bob')]],
    ['somebody who left', [override('gone')]],
    ['somebody after the decision', [override('erin', { at: '2026-11-01T10:05:00.001Z' })]],
    ['somebody without a word', [override('erin', { justification: '' })]],
    ['somebody on another guardrail', [override('erin', { guardrail: 'dpo' })]],
  ])('when it was overridden by %s, then it blocks, whatever the notifier took', (_, overrides) => {
    expect(evaluated({ ...eu, decision: { overrides } })).toMatchObject({
      outcome: 'blocked',
      verdicts: { budget: 'blocked' },
    });
  });

  it('when a sign-off is wanted, then an approval of its people must be among the votes', () => {
    const target = { region: 'eu-east' };
    expect(evaluated({ target })).toMatchObject({ outcome: 'blocked', verdicts: { dpo: 'blocked' } });
    const votes = [aVote(), aVote({ person: 'dana' })];
    expect(evaluated({ target, decision: { votes } })).toMatchObject({ outcome: 'passed' });
  });

  it('when it was decided within a freeze, then it blocks, by the time of the decision alone', () => {
    const decidedAt = '2026-11-01T10:10:00.000Z';
    expect(evaluated({ decision: { decidedAt } })).toMatchObject({
      outcome: 'blocked',
      verdicts: { november: 'blocked' },
    });
  });
});
