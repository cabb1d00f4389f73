import { describe, expect, it } from '@jest/globals';
import { type DelegationDeclared, type PlanStep, type QuorumExpression, VERDICTS } from '@tollgate/contracts';
import { delegationObstacle, evaluateQuorum, voiceOf, whoIsExcluded } from '@tollgate/policy';
import fc from 'fast-check';
import { VoteTally } from '../cast-vote/vote-tally.js';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { TestPolicy } from '../testing/test-policy.js';
import { anApproval, OPENED_AT } from '../testing/votes.js';
import { withStandIns } from './stand-ins.js';

const PEOPLE = ['bob', 'carol', 'dave', 'erin', 'grace', 'heidi'];
const policy = new TestPolicy();
const SECOND = 1000;
const iso = (at: number): string => new Date(at).toISOString();

const QUORUMS: QuorumExpression[] = [
  { kind: 'one', from: 'role:team' },
  { kind: 'people', count: 2, from: ['role:team', 'role:finance'] },
  { kind: 'majority', from: ['role:team', 'role:finance'] },
  { kind: 'unanimous', from: ['role:finance', 'role:team'] },
  STAGED.quorum,
  { kind: 'denials', count: 2, in: { kind: 'people', count: 2, from: ['role:team'] } },
  {
    kind: 'all',
    of: [
      { kind: 'one', from: 'role:team' },
      { kind: 'one', from: 'role:finance' },
    ],
  },
];

const anyDelegation: fc.Arbitrary<DelegationDeclared> = fc
  .record({
    id: fc.uuid(),
    from: fc.constantFrom(...PEOPLE),
    to: fc.constantFrom(...PEOPLE, 'alice', 'frank'),
    begin: fc.integer({ min: -4, max: 3 }),
    length: fc.integer({ min: 2, max: 16 }),
    revoked: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
  })
  .map(({ id, from, to, begin, length, revoked }) => ({
    ...{ id, from, to, reason: '', declaredBy: from, declaredAs: 'person' },
    startsAt: iso(OPENED_AT + begin * SECOND),
    endsAt: iso(OPENED_AT + (begin + length) * SECOND),
    declaredAt: iso(OPENED_AT),
    ...(revoked === undefined ? {} : { revokedAt: iso(OPENED_AT + revoked * SECOND) }),
  }));
const anyBallots = fc.array(
  fc.record({
    person: fc.constantFrom(...PEOPLE, 'alice', 'frank'),
    onBehalfOf: fc.option(fc.constantFrom(...PEOPLE), { nil: undefined }),
    verdict: fc.constantFrom(...VERDICTS, 'approve' as const, 'approve' as const),
    /** Half of them are cast by a delegation, where there is one. */
    by: fc.option(fc.nat(), { freq: 1 }),
  }),
  { minLength: 6, maxLength: 16 },
);

describe('votes by delegates, in whatever order', () => {
  it('count only where a delegation allows it, once per human and per voice, and bear the decision out', () => {
    const seen = { delegated: 0, decided: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(...QUORUMS),
        fc.array(anyDelegation, { minLength: 2, maxLength: 6 }),
        anyBallots,
        (quorum, delegations, ballots) => {
          const file = aFile({ plan: [{ ...STAGED, quorum }] });
          const approval = anApproval({ file });
          const tally = new VoteTally(policy.current(), delegations);
          tally.begin(approval, []);
          ballots.forEach(({ verdict, by, ...whoever }, index) => {
            const delegation = by === null ? undefined : delegations[by % delegations.length];
            const { person, onBehalfOf } =
              delegation === undefined ? whoever : { person: delegation.to, onBehalfOf: delegation.from };
            tally.take(
              {
                ...{ requestId: approval.requestId, person, verdict, reason: String(index) },
                ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
                authentication: 'signed-in',
              },
              OPENED_AT + index * SECOND,
            );
          });
          const facts = {
            excluded: whoIsExcluded(policy.current().policy, file),
            isActive: (person: string) => person !== 'frank',
          };
          for (const { vote } of tally.cast) {
            if (vote.onBehalfOf === undefined) continue;
            const delegation = delegations.find(({ id }) => id === vote.delegation);
            const { person, onBehalfOf, at } = vote;
            const cast = { requestId: approval.requestId, person, onBehalfOf, at: Date.parse(at) };
            const allowed =
              delegation !== undefined && delegationObstacle(delegation, cast, facts) === undefined;
            if (vote.counted) {
              expect(allowed).toBe(true);
              seen.delegated += 1;
            } else seen.refused += 1;
          }
          const decision = tally.changes[0]?.decision;
          if (decision === undefined) return;
          seen.decided += 1;
          const counted = decision.votes.filter((vote) => vote.counted);
          expect(new Set(counted.map(({ person }) => person)).size).toBe(counted.length);
          expect(new Set(counted.map(voiceOf)).size).toBe(counted.length);
          expect(evaluateQuorum(quorum, STAGED.approvers, counted).state).toBe(decision.outcome);
        },
      ),
      { numRuns: 1500 },
    );
    expect(Math.min(seen.delegated, seen.decided, seen.refused)).toBeGreaterThan(50);
  });
});

describe('whom a step asks with delegates', () => {
  const two = aStep(['bob', 'carol', 'dave'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } });
  const asked = (step: PlanStep, ...pairs: [string, string][]) =>
    withStandIns(
      { approvers: step.approvers.map(({ person }) => person) },
      step,
      pairs.map(([from, to]) => ({ from, to })),
    );

  it('never leaves so many without a mail that the step cannot be met', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...QUORUMS),
        fc.uniqueArray(fc.tuple(fc.constantFrom(...PEOPLE), fc.constantFrom(...PEOPLE, 'zoe')), {
          selector: ([from]) => from,
          maxLength: 4,
        }),
        (quorum, pairs) => {
          const step = { ...STAGED, quorum };
          const { approvers, absent = [] } = asked(step, ...pairs.filter(([from, to]) => from !== to));
          const mailed = approvers.filter((person) => !absent.includes(person));
          // Each of those who are mailed has one voice: their own, or that of somebody absent for whom they stand.
          const voices = new Set(
            mailed.filter((person) => step.approvers.some((each) => each.person === person)),
          );
          for (const person of mailed) {
            if (voices.has(person)) continue;
            const spoken = pairs.find(
              ([from, to]) => to === person && absent.includes(from) && !voices.has(from),
            );
            if (spoken !== undefined) voices.add(spoken[0]);
          }
          const votes = [...voices].map((person) => ({ person, verdict: 'approve' as const }));
          expect(evaluateQuorum(quorum, step.approvers, votes).state).toBe('approved');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('mails the absent where their delegate has no voice left and they are needed', () => {
    expect(asked(two, ['bob', 'zoe']).absent).toEqual(['bob']);
    expect(asked(two, ['bob', 'carol']).absent).toEqual(['bob']);
    expect(asked(two, ['bob', 'carol'], ['dave', 'carol']).absent).toEqual(['bob']);
    expect(asked(two, ['bob', 'zoe'], ['zoe', 'heidi']).absent).toEqual(['bob']);
    const all = aStep(['bob', 'carol'], { quorum: { kind: 'unanimous', from: ['role:cto'] } });
    expect(asked(all, ['bob', 'carol']).absent).toBeUndefined();
    expect(asked(all, ['bob', 'zoe'], ['zoe', 'heidi']).absent).toBeUndefined();
  });

  it('asks nobody for people who are not asked yet', () => {
    const step = STAGED;
    expect(
      withStandIns({ approvers: ['bob', 'erin', 'carol'] }, step, [{ from: 'dave', to: 'zoe' }]),
    ).toEqual({
      approvers: ['bob', 'erin', 'carol'],
    });
  });
});
