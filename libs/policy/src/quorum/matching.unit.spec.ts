import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Matching } from './matching.js';

interface Town {
  readonly heads: number[];
  readonly weights: number[];
  readonly demands: { readonly fits: number[]; readonly need: number }[];
}

const BLOCS = [0, 1, 2, 3, 4, 5];
const eachBloc = (most: number): fc.Arbitrary<number[]> =>
  fc.array(fc.nat({ max: most }), { minLength: BLOCS.length, maxLength: BLOCS.length });
const town: fc.Arbitrary<Town> = fc.record({
  heads: eachBloc(7),
  weights: eachBloc(9),
  demands: fc.array(fc.record({ fits: fc.subarray(BLOCS), need: fc.integer({ min: 1, max: 12 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
});
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Hall's theorem: all demands can be met if and only if no few of them want more than there is for them. */
const canAllBeMet = ({ heads, demands }: Town): boolean =>
  Array.from({ length: 1 << demands.length }, (_, bits) =>
    demands.filter((_demand, at) => bits & (1 << at)),
  ).every(
    (few) =>
      sum(few.map(({ need }) => need)) <=
      sum(heads.filter((_, bloc) => few.some(({ fits }) => fits.includes(bloc)))),
  );

/** The same town, where everybody is a bloc of their own. */
function apart({ heads, weights, demands }: Town): Town {
  const people = heads.flatMap((many, bloc) => new Array<number>(many).fill(bloc));
  return {
    heads: people.map(() => 1),
    weights: people.map((bloc) => weights[bloc] ?? 0),
    demands: demands.map(({ fits, need }) => ({
      need,
      fits: [...people.keys()].filter((one) => fits.includes(people[one] ?? -1)),
    })),
  };
}

const settle = (
  { heads, weights, demands }: Town,
  weighing: boolean,
): { missing: number[]; spare: number } => {
  const matching = weighing ? new Matching(heads, weights) : new Matching(heads);
  const missing = demands.map(({ fits, need }) => matching.add(fits, need));
  return { missing, spare: matching.spareWeight };
};

describe('Matching', () => {
  it('meets all demands exactly where it is possible', () => {
    fc.assert(
      fc.property(town, fc.boolean(), (given, weighing) => {
        expect(settle(given, weighing).missing.every((missing) => missing === 0)).toBe(canAllBeMet(given));
      }),
      { numRuns: 1000 },
    );
  });

  it('makes no difference between a bloc and as many people', () => {
    fc.assert(
      fc.property(town, (given) => {
        expect(settle(given, true)).toEqual(settle(apart(given), true));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps what has been met, and undoes what was let in last', () => {
    fc.assert(
      fc.property(town, fc.boolean(), (given, weighing) => {
        const matching = weighing ? new Matching(given.heads, given.weights) : new Matching(given.heads);
        const before = given.demands.map(({ fits, need }) => ({
          spare: matching.spareWeight,
          missing: matching.add(fits, need),
        }));
        for (const [index, { fits, need }] of [...given.demands.entries()].toReversed()) {
          matching.remove();
          expect(matching.spareWeight).toBe(before[index]?.spare);
          expect(matching.add(fits, need)).toBe(before[index]?.missing);
          matching.remove();
        }
      }),
      { numRuns: 500 },
    );
  });
});
