import { type Approver, type QuorumExpression, VERDICTS } from '@tollgate/contracts';
import fc from 'fast-check';
import { type CastBallot } from '../quorum/cast-ballot.js';

/** Who may be an approver in a random directory. */
export const PEOPLE = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay'];
const SELECTORS = ['role:a', 'role:b', 'role:c', 'group:g', 'person:ann', 'person:ben'];

const from = fc.subarray(SELECTORS, { minLength: 1, maxLength: 3 });
/** A weighted quorum. */
export const anyWeighted: fc.Arbitrary<QuorumExpression> = fc.record({
  kind: fc.constant('weighted' as const),
  threshold: fc.integer({ min: 1, max: 6 }),
  of: fc.array(
    fc.record({
      from: fc.constantFrom(...SELECTORS.slice(0, 4)),
      weight: fc.integer({ min: 1, max: 4 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** A quorum that asks people rather than other quorums. */
export const anyAsk: fc.Arbitrary<QuorumExpression> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('one' as const), from: fc.constantFrom(...SELECTORS) }),
  },
  fc.record({ kind: fc.constant('people' as const), count: fc.integer({ min: 1, max: 3 }), from }),
  fc.record({ kind: fc.constant('majority' as const), from }),
  fc.record({ kind: fc.constant('unanimous' as const), from }),
  anyWeighted,
);

const inner = fc.letrec<{ node: QuorumExpression; of: QuorumExpression[] }>((tie) => {
  const same = fc.constantFrom<{ samePerson?: true }>({}, {}, { samePerson: true });
  const branches = { of: tie('of') };
  return {
    of: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
    node: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 3, arbitrary: anyAsk },
      fc.record({ kind: fc.constant('any' as const), ...branches }),
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom('all' as const, 'stages' as const), tie('of'), same)
          .map(([kind, of, more]) => ({ kind, of, ...more })),
      },
      fc.tuple(fc.nat({ max: 2 }), tie('of'), same).map(([count, of, more]) => ({
        kind: 'atLeast' as const,
        count: (count % of.length) + 1,
        of,
        ...more,
      })),
      fc.record({
        kind: fc.constant('veto' as const),
        by: fc.subarray(SELECTORS, { minLength: 1, maxLength: 1 }),
        in: tie('node'),
      }),
    ),
  };
}).node;

/** Quorums of every kind, some of them beyond the limits. */
export const anyQuorum: fc.Arbitrary<QuorumExpression> = fc.oneof(
  { weight: 2, arbitrary: inner },
  fc.record({ kind: fc.constant('denials' as const), count: fc.integer({ min: 1, max: 3 }), in: inner }),
);

/** Approvers of a step: up to six people, each via some selectors. */
export const anyApprovers: fc.Arbitrary<Approver[]> = fc
  .tuple(
    fc.integer({ min: 0, max: PEOPLE.length }),
    fc.array(fc.subarray(SELECTORS, { maxLength: 3 }), {
      minLength: PEOPLE.length,
      maxLength: PEOPLE.length,
    }),
  )
  .map(([many, vias]) => PEOPLE.slice(0, many).map((person, index) => ({ person, via: vias[index] ?? [] })));

/** Votes, mostly approvals, by approvers and by a stranger. */
export const anyVotes: fc.Arbitrary<CastBallot[]> = fc.array(
  fc.record({
    person: fc.constantFrom(...PEOPLE, 'stranger'),
    verdict: fc.oneof(
      { weight: 4, arbitrary: fc.constant('approve' as const) },
      { weight: 1, arbitrary: fc.constantFrom(...VERDICTS) },
    ),
  }),
  { maxLength: 10 },
);
