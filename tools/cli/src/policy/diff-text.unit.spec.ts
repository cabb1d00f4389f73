import { type CellChange, type PolicyDiff } from '@tollgate/policy';
import { describe, expect, it } from '@jest/globals';
import { diffText, isEmptyDiff } from './diff-text.js';

const NOTHING: PolicyDiff = {
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
const cell = (
  riskLevel: CellChange['riskLevel'],
  environment: string,
  more: Partial<CellChange> = {},
): CellChange => ({
  action: 'deploy',
  riskLevel,
  environment,
  before: 'denied',
  after: 'automation',
  effect: 'widened',
  ...more,
});

const textOf = (diff: Partial<PolicyDiff>, environments: readonly string[] = ['drill', 'production']) =>
  diffText(
    { ...NOTHING, ...diff },
    { paint: (_style, text) => text, width: 80, environments: new Set(environments) },
  );

describe('a difference in words', () => {
  it.each<[string, CellChange[], string]>([
    [
      'every environment',
      ['drill', 'production', '*'].map((name) => cell('low', name)),
      'deploy at low risk',
    ],
    [
      'one environment',
      [cell('low', 'drill'), cell('high', 'drill')],
      'deploy at low and high risk in drill',
    ],
    ['all but one', [cell('low', 'drill'), cell('low', '*')], 'deploy at low risk, except in production'],
    [
      'every risk',
      (['low', 'medium', 'high', 'critical'] as const).map((risk) => cell(risk, 'drill')),
      'deploy at any risk in drill',
    ],
    [
      'an action that no line names',
      [cell('low', 'drill', { action: '*' })],
      'any other action at low risk in drill',
    ],
  ])('puts together what changes alike: %s', (_name, cells, place) => {
    expect(textOf({ cells })).toEqual([
      'Who decides',
      '  Allows more:',
      `    ${place}`,
      '      before  denied',
      '      after   automation',
      '',
    ]);
  });

  it('says what was left out', () => {
    const text = textOf({
      cells: [cell('low', 'drill')],
      people: [{ person: 'erin', change: 'is removed' }],
      more: { cells: 7, people: 3, places: 9 },
    });
    expect(text).toContain('    and 7 more cells');
    expect(text).toContain('    and 3 more');
    expect(text).toContain('9 places (an action in an environment) were not compared.');
  });

  it('is empty only where nothing was left out either', () => {
    expect(isEmptyDiff(NOTHING)).toBe(true);
    expect(isEmptyDiff({ ...NOTHING, more: { places: 1 } })).toBe(false);
  });
});
