import { describe, expect, it } from '@jest/globals';
import { type GuardrailRules } from '../document/policy-document.js';
import { diffGuardrails } from './diff-guardrails.js';

const regions = {
  id: 'g',
  kind: 'allowed' as const,
  field: 'target.region',
  values: ['a', 'b'],
  reason: 'No.',
};
const actions = { id: 'g', kind: 'blocked' as const, actions: ['x', 'y'], reason: 'No.' };

describe('diffGuardrails', () => {
  it.each<[string, GuardrailRules | undefined, GuardrailRules | undefined]>([
    ['forbids more', undefined, regions],
    ['forbids less', regions, undefined],
    ['says more, for the record', undefined, { ...regions, strength: 'advisory' }],
    ['says less, for the record', { ...regions, strength: 'advisory' }, undefined],
    ['forbids less', regions, { ...regions, strength: 'advisory' }],
    ['forbids less', regions, { ...regions, strength: 'overridable', overridableBy: 'cto' }],
    ['forbids more', { ...regions, strength: 'overridable', overridableBy: 'cto' }, regions],
    [
      'is overridden by others',
      { ...regions, strength: 'overridable', overridableBy: 'cto' },
      { ...regions, strength: 'overridable', overridableBy: 'lead' },
    ],
    ['forbids less', regions, { ...regions, values: ['a', 'b', 'c'] }],
    ['forbids more', regions, { ...regions, values: ['a'] }],
    ['forbids otherwise', regions, { ...regions, values: ['a', 'c'] }],
    ['forbids more', actions, { ...actions, actions: ['x', 'y', 'z'] }],
    ['forbids less', actions, { ...actions, actions: ['x'] }],
    ['forbids less', actions, { ...actions, when: 'risk == "low"' }],
    ['forbids more', { ...actions, when: 'risk == "low"' }, actions],
    ['forbids otherwise', { ...actions, when: 'risk == "low"' }, { ...actions, when: 'risk == "high"' }],
    ['forbids otherwise', regions, actions],
    ['forbids otherwise', regions, { ...regions, strength: 'advisory', values: ['a'] }],
    ['tells people otherwise', regions, { ...regions, reason: 'Never.', preflight: 'warn' }],
  ])('%s', (words, before, after) => {
    const { items } = diffGuardrails(before && [before], after && [after], 10);
    expect(items).toHaveLength(1);
    expect(items[0]?.what).toMatch(new RegExp(`^${words}: `));
  });

  it('says nothing of what is the same, and counts what it leaves out', () => {
    expect(diffGuardrails([regions], [{ ...regions }], 10).items).toEqual([]);
    const many = ['a', 'b', 'c'].map((id) => ({ ...regions, id }));
    expect(diffGuardrails([], many, 2)).toMatchObject({ items: [{}, {}], more: 1 });
  });
});
