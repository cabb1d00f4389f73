import { describe, expect, it } from '@jest/globals';
import { RISK_LEVELS } from '@tollgate/contracts';
import fc from 'fast-check';
import { factsOf } from '../conditions/facts.js';
import { aCondition } from '../testing/a-line.js';
import { aRequest } from '../testing/a-request.js';
import { effectiveRisk, rankOf } from './risk.js';

const rule = (id: string, when: string, raiseTo: (typeof RISK_LEVELS)[number]) => ({
  id,
  when: aCondition(when),
  raiseTo,
});
const at = (rules: ReturnType<typeof rule>[], given: Parameters<typeof aRequest>[0] = {}) => {
  const request = aRequest(given);
  return effectiveRisk(rules, request.riskLevel, factsOf(request));
};

describe('effectiveRisk', () => {
  const pii = rule('pii', 'target.class == "pii"', 'high');

  it('is the claimed one where no rule holds', () => {
    expect(at([pii], { target: { class: 'public' } })).toEqual({
      risk: { claimed: 'low', effective: 'low' },
      unknown: [],
    });
  });

  it('is raised by a rule that holds, and by one that cannot be evaluated', () => {
    expect(at([pii], { target: { class: 'pii' } }).risk).toEqual({
      claimed: 'low',
      effective: 'high',
      raisedBy: ['pii'],
    });
    expect(at([pii], { target: {} })).toEqual({
      risk: { claimed: 'low', effective: 'high', raisedBy: ['pii'] },
      unknown: ['pii: there is no class'],
    });
  });

  it('is the highest of all that hold, whatever their order', () => {
    const rules = [rule('a', 'true', 'critical'), rule('b', 'true', 'medium')];
    expect(at(rules).risk).toEqual({ claimed: 'low', effective: 'critical', raisedBy: ['a', 'b'] });
    expect(at(rules.toReversed()).risk.effective).toBe('critical');
  });

  it('sees the claimed risk', () => {
    expect(at([rule('a', 'risk == "medium"', 'high')], { riskLevel: 'medium' }).risk.effective).toBe('high');
  });

  it('is never below the claimed one, nor below any rule that holds or cannot be evaluated', () => {
    const level = fc.constantFrom(...RISK_LEVELS);
    const rules = fc.array(
      fc.record({ when: fc.constantFrom('true', 'false', 'target.none == 1'), raiseTo: level }),
    );
    fc.assert(
      fc.property(rules, level, (given, riskLevel) => {
        const { risk } = at(
          given.map(({ when, raiseTo }, n) => rule(`r${n}`, when, raiseTo)),
          { riskLevel },
        );
        const held = given.filter(({ when }) => when !== 'false').map(({ raiseTo }) => rankOf(raiseTo));
        expect(rankOf(risk.effective)).toBe(Math.max(rankOf(riskLevel), ...held));
      }),
    );
  });
});
