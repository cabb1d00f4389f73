import { describe, expect, it } from '@jest/globals';
import { type Approver, type QuorumExpression, VERDICTS } from '@tollgate/contracts';
import fc from 'fast-check';
import { evaluateQuorum } from './evaluate-quorum.js';
import { type CastBallot } from './cast-ballot.js';
import { UnknownQuorumError } from './unknown-quorum-error.js';

const quorum: QuorumExpression = { kind: 'one', from: 'role:cto' };
const approver = (person: string, via = ['role:cto']): Approver => ({ person, via });
const NAMES = ['ann', 'ben', 'cat', 'dan', 'stranger'];
const electorate = fc.subarray(NAMES.slice(0, 4)).map((names) => names.map((name) => approver(name)));
const votes = fc.array(
  fc.record({ person: fc.constantFrom(...NAMES), verdict: fc.constantFrom(...VERDICTS) }),
  { maxLength: 12 },
);
const lastOf = (cast: CastBallot[], person: string) =>
  cast.findLast((vote) => vote.person === person)?.verdict;

describe('evaluateQuorum', () => {
  it.each<[string, CastBallot[], string]>([
    ['nobody voted', [], 'open'],
    ['one approves', [{ person: 'ann', verdict: 'approve' }], 'approved'],
    ['one denies', [{ person: 'ben', verdict: 'deny' }], 'denied'],
    [
      'all abstain',
      [
        { person: 'ann', verdict: 'abstain' },
        { person: 'ben', verdict: 'abstain' },
      ],
      'open',
    ],
    ['a stranger approves', [{ person: 'eve', verdict: 'approve' }], 'open'],
    ['a stranger denies', [{ person: 'eve', verdict: 'deny' }], 'open'],
    [
      'one approves and another denies',
      [
        { person: 'ann', verdict: 'approve' },
        { person: 'ben', verdict: 'deny' },
      ],
      'denied',
    ],
    [
      'an abstention becomes an approval',
      [
        { person: 'ann', verdict: 'abstain' },
        { person: 'ann', verdict: 'approve' },
      ],
      'approved',
    ],
    [
      'an approval becomes an abstention',
      [
        { person: 'ann', verdict: 'approve' },
        { person: 'ann', verdict: 'abstain' },
      ],
      'open',
    ],
  ])('where %s', (_, cast, state) => {
    expect(evaluateQuorum(quorum, [approver('ann'), approver('ben')], cast).state).toBe(state);
  });

  it('says who decided', () => {
    expect(evaluateQuorum(quorum, [approver('ann')], [{ person: 'ann', verdict: 'approve' }]).reason).toBe(
      'Approved by ann.',
    );
    expect(evaluateQuorum(quorum, [approver('ann')], [{ person: 'ann', verdict: 'deny' }]).reason).toBe(
      'Denied by ann.',
    );
  });

  it('is denied where nobody may meet it', () => {
    expect(evaluateQuorum(quorum, [], []).state).toBe('denied');
    expect(
      evaluateQuorum(quorum, [approver('ann', ['role:vp'])], [{ person: 'ann', verdict: 'approve' }]).state,
    ).toBe('denied');
  });

  it.each([{ kind: 'all', of: [] }, {}, { kind: 'one' }])(
    'refuses a quorum that it does not know: %j',
    (foreign) => {
      expect(() => evaluateQuorum(foreign as unknown as QuorumExpression, [approver('ann')], [])).toThrow(
        UnknownQuorumError,
      );
    },
  );

  it('is approved exactly where an approver approves and none denies', () => {
    fc.assert(
      fc.property(electorate, votes, (approvers, cast) => {
        const verdicts = approvers.map(({ person }) => lastOf(cast, person));
        const expected =
          approvers.length === 0 || verdicts.includes('deny')
            ? 'denied'
            : verdicts.includes('approve')
              ? 'approved'
              : 'open';
        expect(evaluateQuorum(quorum, approvers, cast).state).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not depend on the order in which different people vote', () => {
    const onePerPerson = fc.uniqueArray(
      fc.record({ person: fc.constantFrom(...NAMES), verdict: fc.constantFrom(...VERDICTS) }),
      { selector: ({ person }) => person },
    );
    const shuffled = onePerPerson.chain((cast) =>
      fc.tuple(
        fc.constant(cast),
        fc.shuffledSubarray(cast, { minLength: cast.length, maxLength: cast.length }),
      ),
    );
    fc.assert(
      fc.property(electorate, shuffled, (approvers, [one, other]) => {
        expect(evaluateQuorum(quorum, approvers, other)).toEqual(evaluateQuorum(quorum, approvers, one));
      }),
    );
  });
});
