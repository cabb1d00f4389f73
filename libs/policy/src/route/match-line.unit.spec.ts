import { describe, expect, it } from '@jest/globals';
import { RISK_LEVELS } from '@tollgate/contracts';
import fc from 'fast-check';
import { Facts } from '../conditions/facts.js';
import { indexLines } from '../matrix/line-match.js';
import { lineMatch } from '../testing/a-line.js';
import { matchLine } from './match-line.js';

const ACTIONS = ['deploy', 'delete', 'rotate', 'unheard-of'];
const ENVIRONMENTS = ['production', 'staging', 'ci', '__proto__x'];

const says = (values: readonly string[]) =>
  fc.oneof(fc.constant('*'), fc.constantFrom(...values), fc.subarray([...values], { minLength: 1 }));
const line = fc.record({
  action: says(ACTIONS.slice(0, 3)),
  riskLevel: says(RISK_LEVELS),
  environment: says(ENVIRONMENTS.slice(0, 3)),
});
const request = fc.record({
  action: fc.constantFrom(...ACTIONS),
  riskLevel: fc.constantFrom(...RISK_LEVELS),
  environment: fc.constantFrom(...ENVIRONMENTS),
});

const covers = (said: string | string[], value: string): boolean =>
  said === '*' || (Array.isArray(said) ? said.includes(value) : said === value);

describe('matchLine', () => {
  it('finds what a plain reading of the matrix, top to bottom, finds', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), request, (matrix, asked) => {
        const first = matrix.findIndex(
          (candidate) =>
            covers(candidate.action, asked.action) &&
            covers(candidate.riskLevel, asked.riskLevel) &&
            covers(candidate.environment, asked.environment),
        );
        const lineIndex = indexLines(
          matrix.map((says, index) => ({
            ...lineMatch(says, index),
            decide: { kind: 'deny' as const },
            signIn: undefined,
            executor: undefined,
          })),
        );
        const match = matchLine({ lineIndex }, asked, new Facts({}));
        expect(match.kind === 'line' ? match.line.index : -1).toBe(first);
      }),
      { numRuns: 500 },
    );
  });
});
