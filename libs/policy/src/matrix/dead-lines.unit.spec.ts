import { describe, expect, it } from '@jest/globals';
import { RISK_LEVELS } from '@tollgate/contracts';
import fc from 'fast-check';
import { Facts } from '../conditions/facts.js';
import { aCondition, lineMatch, type Says } from '../testing/a-line.js';
import { coverageOf } from './dead-lines.js';
import { indexLines, linesFor } from './line-match.js';
import { effectiveRisk } from './risk.js';

const says = (given: Partial<Says> = {}): Says => ({
  action: 'deploy',
  riskLevel: '*',
  environment: '*',
  ...given,
});
const dead = (lines: Says[], raise: { when: string; raiseTo: 'medium' | 'high' | 'critical' }[] = []) =>
  coverageOf(
    lines.map(lineMatch),
    raise.map(({ when, raiseTo }, n) => ({ id: `r${n}`, when: aCondition(when), raiseTo })),
  ).dead.map(({ line, why }) => `${line.rule} ${why}`);

describe('coverageOf', () => {
  it.each<[string, Says[], RegExp[]]>([
    [
      'nothing where each has a cell of its own',
      [says({ riskLevel: 'low' }), says({ riskLevel: 'high' })],
      [],
    ],
    [
      'a line behind one that matches all of it',
      [says(), says({ riskLevel: 'low' })],
      [/line-1 can never match.* by line-0/],
    ],
    [
      'a line that several cover together',
      [
        says({ riskLevel: ['low', 'medium'] }),
        says({ riskLevel: ['high', 'critical'] }),
        says({ environment: 'x' }),
      ],
      [/line-2 can never match.*line-0, line-1/],
    ],
    [
      'none that has one cell left',
      [says({ riskLevel: ['low', 'medium', 'high'] }), says({ environment: 'x' })],
      [],
    ],
    ['a line for any action that is covered for those it names', [says({ action: '*' }), says()], [/line-1/]],
    ['none for any action behind one that names one', [says(), says({ action: '*' })], []],
    [
      'a duplicate',
      [says({ riskLevel: ['low', 'high'] }), says({ riskLevel: ['high', 'low'] })],
      [/is a duplicate of line-0/],
    ],
    ['none behind a condition', [says({ when: 'has(target.x)' }), says({ environment: 'x' })], []],
    [
      'a duplicate with the same condition',
      [says({ when: 'has(target.x)' }), says({ when: 'has(target.x)' }), says()],
      [/line-1 is a duplicate/],
    ],
    [
      'a line behind a condition that always holds',
      [says({ when: 'action == "deploy"' }), says({ riskLevel: 'low' })],
      [/line-1/],
    ],
    [
      'a condition that never holds',
      [says({ when: 'action == "delete"' })],
      [/its condition holds for no such request/],
    ],
    [
      'a condition that holds at no risk of its line',
      [says({ riskLevel: 'low', when: 'risk == "high"' })],
      [/line-0/],
    ],
  ])('finds %s', (_, lines, expected) => {
    const found = dead(lines);
    expect(found).toHaveLength(expected.length);
    for (const [index, message] of expected.entries()) expect(found[index]).toMatch(message);
  });

  it('counts effective risk: a risk that is always raised is never seen', () => {
    const lines = [says({ riskLevel: 'low', environment: 'production' })];
    expect(dead(lines, [{ when: 'environment == "production"', raiseTo: 'high' }])).toHaveLength(1);
    expect(dead(lines, [{ when: 'environment == "production" && has(target.x)', raiseTo: 'high' }])).toEqual(
      [],
    );
    expect(dead(lines, [{ when: 'environment == "staging"', raiseTo: 'high' }])).toEqual([]);
  });

  it('names the cells that no line is for', () => {
    const { missing } = coverageOf(
      [says({ riskLevel: ['low', 'medium'] }), says({ riskLevel: 'high', environment: 'x' })].map(lineMatch),
      [],
    );
    expect(missing).toEqual([
      { action: 'deploy', environment: 'x', risks: ['critical'] },
      { action: 'deploy', environment: undefined, risks: ['high', 'critical'] },
    ]);
  });

  it('gives up on a matrix that is too large to tell', () => {
    const lines = Array.from({ length: 2_000 }, (_, n) => says({ action: '*', environment: `e${n}` }));
    const named = Array.from({ length: 2_000 }, (_, n) => says({ action: `a${n}`, environment: '*' }));
    expect(coverageOf([...lines, ...named].map(lineMatch), [])).toMatchObject({ dead: [], complete: false });
  });

  const ACTIONS = ['a', 'b', 'c'];
  const ENVIRONMENTS = ['x', 'y', 'z'];
  const some = (values: readonly string[]) =>
    fc.oneof(fc.constant('*'), fc.subarray([...values], { minLength: 1 }));
  const line = fc.record({
    action: some(ACTIONS.slice(0, 2)),
    riskLevel: some(RISK_LEVELS),
    environment: some(ENVIRONMENTS.slice(0, 2)),
    when: fc.option(
      fc.constantFrom(
        'environment == "x"',
        'risk == "low"',
        'action != "a"',
        'target.p == 1',
        'target.p == 1 || risk == "high"',
      ),
      { nil: undefined },
    ),
  });
  const rule = fc.record({
    when: fc.constantFrom(
      'environment == "x"',
      'action == "a" && risk == "low"',
      'target.p == 1',
      'target.q == 2',
    ),
    raiseTo: fc.constantFrom('medium' as const, 'high' as const, 'critical' as const),
  });

  it('calls no line dead that some request comes to, and each that is plainly covered', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.array(rule, { maxLength: 2 }), (matrix, raise) => {
        const lines = matrix.map(lineMatch);
        const rules = raise.map(({ when, raiseTo }, n) => ({ id: `r${n}`, when: aCondition(when), raiseTo }));
        const index = indexLines(lines);
        const reached = new Set<number>();
        for (const action of ACTIONS)
          for (const environment of ENVIRONMENTS)
            for (const claimed of RISK_LEVELS)
              for (const target of [
                { p: 1, q: 1 },
                { p: 2, q: 2 },
                { p: 1, q: 2 },
                { p: 2, q: 1 },
              ]) {
                const facts = new Facts({ action, environment, risk: claimed, target });
                const { risk } = effectiveRisk(rules, claimed, facts);
                const first = linesFor(index, action).find(
                  (one) =>
                    (one.riskLevels?.has(risk.effective) ?? true) &&
                    (one.environments?.has(environment) ?? true) &&
                    (one.when?.evaluate(facts.atRisk(risk.effective)) ?? true) === true,
                );
                if (first !== undefined) reached.add(first.index);
              }
        const found = new Set(coverageOf(lines, rules).dead.map((one) => one.line.index));
        for (const index of reached) expect(found).not.toContain(index);
        // Where nothing but the cell tells, the answer is exact.
        if (raise.length === 0 && matrix.every(({ when }) => when === undefined || when === 'risk == "low"'))
          expect(found).toEqual(
            new Set(lines.map((one) => one.index).filter((place) => !reached.has(place))),
          );
      }),
      { numRuns: 400 },
    );
  });
});
