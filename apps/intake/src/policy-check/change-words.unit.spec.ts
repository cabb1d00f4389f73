import { describe, expect, it } from '@jest/globals';
import { type PolicyDiff } from '@tollgate/policy';
import { changeWords } from './change-words.js';

const NONE: PolicyDiff = {
  lines: [],
  risk: [],
  checkpoints: [],
  guardrails: [],
  breakGlass: [],
  secrets: [],
  calendars: [],
  people: [],
  cells: [],
  more: {},
};
const many = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => item(i));
const line = (index: number) => ({ kind: 'added' as const, rule: `line-${index}`, what: 'deny' });

describe('changeWords', () => {
  it('names what changes and whom it is decided by', () => {
    const { changes, effects } = changeWords({
      ...NONE,
      lines: [{ kind: 'changed', rule: 'prod', what: 'decide: cto → automation' }],
      people: [{ person: 'mallory', change: 'is now in role cto' }],
      cells: [
        {
          action: 'deploy',
          riskLevel: 'high',
          environment: 'production',
          before: 'role cto',
          after: 'automation',
          effect: 'widened',
        },
      ],
    });
    expect(changes).toEqual([
      'person mallory is now in role cto',
      'line prod changed: decide: cto → automation',
    ]);
    expect(effects).toEqual(['deploy at high risk in production (widened): role cto → automation']);
  });

  it('is bounded, and however much there is of one kind, it hides no other', () => {
    const { changes, effects } = changeWords({
      ...NONE,
      lines: many(50, line),
      people: [{ person: 'mallory', change: 'is added, in role cto' }],
      guardrails: [{ kind: 'removed', rule: 'regions', what: 'us-east' }],
      cells: many(50, (index) => ({
        action: `a${index}`,
        riskLevel: 'low' as const,
        environment: '*',
        before: 'x',
        after: 'y',
        effect: 'changed' as const,
      })),
      more: { lines: 7, cells: 11, places: 3 },
    });
    expect(changes).toHaveLength(51);
    expect(changes).toContain('person mallory is added, in role cto');
    expect(changes).toContain('guardrail regions removed: us-east');
    expect(changes.at(-1)).toBe('and 9 more');
    expect(effects).toHaveLength(52);
    expect(effects.slice(-2)).toEqual(['and 11 more', '3 more places of the matrix were not compared']);
  });

  it('cuts long words between characters', () => {
    const [word = ''] = changeWords({
      ...NONE,
      lines: [{ kind: 'added', rule: 'x', what: '😀'.repeat(500) }],
    }).changes;
    expect(word).toHaveLength(300);
    expect(word.isWellFormed()).toBe(true);
    expect(word.endsWith('…')).toBe(true);
  });

  it('says so where nothing can be told', () => {
    expect(changeWords(NONE)).toEqual({
      changes: ['the documents differ in their wording only'],
      effects: ['no cell of the matrix changes its decider'],
    });
  });
});
