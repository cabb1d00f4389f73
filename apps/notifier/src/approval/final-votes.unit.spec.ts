import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aVote } from '../testing/votes.js';
import { finalVotes } from './final-votes.js';

describe('finalVotes', () => {
  it('counts the last vote of each person in the deciding step and says why the others do not', () => {
    const votes = [
      aVote({ person: 'bob', step: 0 }),
      aVote({ person: 'erin', step: 1, verdict: 'abstain' }),
      aVote({ person: 'erin', step: 1, verdict: 'deny' }),
      aVote({ person: 'carol', step: 1, counted: false, why: 'It came after the deadline.' }),
    ];
    expect(finalVotes(votes, 1).map(({ counted, why }) => [counted, why])).toEqual([
      [false, 'The step it was cast in ended without a decision.'],
      [false, 'Replaced by a later vote of the same person.'],
      [true, undefined],
      [false, 'It came after the deadline.'],
    ]);
  });

  it('never loses a vote and never counts a person twice', () => {
    const vote = fc.record({
      person: fc.constantFrom('erin', 'bob', 'carol'),
      step: fc.constantFrom(0, 1),
      counted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 20 }), fc.constantFrom(0, 1), (given, step) => {
        const final = finalVotes(
          given.map((each) => aVote(each)),
          step,
        );
        expect(final.map(({ person }) => person)).toEqual(given.map(({ person }) => person));
        const counted = final.filter((each) => each.counted).map(({ person }) => person);
        expect(counted).toEqual([...new Set(counted)]);
        const eligible = given
          .filter((each) => each.counted && each.step === step)
          .map(({ person }) => person);
        expect(counted.toSorted()).toEqual([...new Set(eligible)].toSorted());
      }),
    );
  });
});
