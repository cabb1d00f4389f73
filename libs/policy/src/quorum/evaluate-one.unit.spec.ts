import { describe, expect, it } from '@jest/globals';
import { VERDICTS } from '@tollgate/contracts';
import fc from 'fast-check';
import { evaluateOne } from './evaluate-one.js';
import { evaluateQuorum } from './evaluate-quorum.js';

const NAMES = Array.from({ length: 14 }, (_, index) => `person-${index}`);
const approvers = fc.array(
  fc.record({
    person: fc.constantFrom(...NAMES),
    via: fc.subarray(['role:cto', 'person:person-1', 'group:dba']),
  }),
  { maxLength: 16 },
);
const votes = fc.array(
  fc.record({ person: fc.constantFrom(...NAMES), verdict: fc.constantFrom(...VERDICTS) }),
  { maxLength: 16 },
);

describe('evaluateOne', () => {
  it('says what the long way says', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('role:cto', 'person:person-1', 'group:dba'),
        approvers,
        votes,
        (from, asked, cast) => {
          const one = { kind: 'one', from } as const;
          const short = evaluateOne(one, asked, cast);
          // The same with a node around it that changes nothing goes the long way.
          const long = evaluateQuorum({ kind: 'denials', count: 1, in: one }, asked, cast);
          if (short === undefined) expect(long).toMatchObject({ state: 'denied', mayVote: [] });
          else expect(short).toEqual(long);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['another kind', { kind: 'people', count: 1, from: ['role:cto'] }],
    ['a field that it does not know', { kind: 'one', from: 'role:cto', unless: 'role:x' }],
    ['a selector that is none', { kind: 'one', from: 'cto' }],
  ])('leaves %s to the long way', (_what, quorum) => {
    const asked = [{ person: 'ann', via: ['role:cto', 'cto'] }];
    expect(evaluateOne(JSON.parse(JSON.stringify(quorum)), asked, [])).toBeUndefined();
  });
});
