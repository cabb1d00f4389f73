import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { QuorumOracle } from '../testing/quorum-oracle.js';
import { anyApprovers, anyAsk, anyQuorum, anyVotes, anyWeighted, PEOPLE } from '../testing/quorums.js';
import { canBeMet, holdsWithout } from './can-be-met.js';
import { evaluateQuorum } from './evaluate-quorum.js';
import { quorumFaults } from './read-quorum.js';

const within = anyQuorum.filter((quorum) => quorumFaults(quorum).length === 0);

describe('evaluateQuorum, against an oracle that goes through everything', () => {
  it('is approved, denied and open exactly where it should be, after each vote', () => {
    const seen = { open: 0, approved: 0, denied: 0 };
    fc.assert(
      fc.property(within, anyApprovers, anyVotes, (quorum, approvers, votes) => {
        const oracle = new QuorumOracle(quorum, approvers);
        for (let cast = 0; cast <= votes.length; cast += 1) {
          const sofar = votes.slice(0, cast);
          const { state, mayVote } = evaluateQuorum(quorum, approvers, sofar);
          expect({ state, mayVote }).toEqual(oracle.stand(sofar));
          seen[state] += 1;
          if (state !== 'open') break;
        }
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(seen.open, seen.approved, seen.denied)).toBeGreaterThan(20);
  });

  it('finds the lightest to meet the demands beside a weight, and everything that the same person may meet', () => {
    const demand = fc.oneof(
      anyAsk,
      fc.record({ kind: fc.constant('any' as const), of: fc.tuple(anyAsk, anyAsk) }),
    );
    const shared = fc.record({
      kind: fc.constant('all' as const),
      of: fc.array(demand, { minLength: 2, maxLength: 3 }),
      samePerson: fc.constant(true as const),
    });
    const hard = fc
      .record({
        kind: fc.constantFrom('all' as const, 'stages' as const),
        of: fc.array(fc.oneof(demand, shared, anyWeighted), { minLength: 2, maxLength: 3 }),
      })
      .filter((quorum) => quorumFaults(quorum).length === 0);
    const met = { yes: 0, no: 0 };
    fc.assert(
      fc.property(hard, anyApprovers, fc.subarray(PEOPLE), (quorum, approvers, approving) => {
        const votes = approving.map((person) => ({ person, verdict: 'approve' as const }));
        const { state, mayVote } = evaluateQuorum(quorum, approvers, votes);
        expect({ state, mayVote }).toEqual(new QuorumOracle(quorum, approvers).stand(votes));
        met[state === 'approved' ? 'yes' : 'no'] += 1;
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(met.yes, met.no)).toBeGreaterThan(0);
  });

  it('says the same for the same last votes, in whatever order different people voted', () => {
    const onePerPerson = anyVotes
      .map((votes) => [...new Map(votes.map((vote) => [vote.person, vote])).values()])
      .chain((votes) =>
        fc.tuple(
          fc.constant(votes),
          fc.shuffledSubarray(votes, { minLength: votes.length, maxLength: votes.length }),
        ),
      );
    fc.assert(
      fc.property(within, anyApprovers, onePerPerson, (quorum, approvers, [one, other]) => {
        expect(evaluateQuorum(quorum, approvers, other)).toEqual(evaluateQuorum(quorum, approvers, one));
      }),
      { numRuns: 1000 },
    );
  });

  it('knows whether it can be met, also without one of the people', () => {
    fc.assert(
      fc.property(within, anyApprovers, (quorum, approvers) => {
        const oracle = new QuorumOracle(quorum, approvers);
        const people = approvers.map(({ person }) => person);
        expect(canBeMet(quorum, approvers)).toBe(oracle.meets(people));
        for (const person of people) {
          expect(holdsWithout(quorum, approvers, person)).toBe(
            oracle.meets(people.filter((other) => other !== person)),
          );
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('counts what those who are gone have cast, and expects nothing more of them', () => {
    fc.assert(
      fc.property(within, anyApprovers, anyVotes, fc.subarray(PEOPLE), (quorum, approvers, votes, gone) => {
        const { state } = evaluateQuorum(quorum, approvers, votes, new Set(gone));
        const last = new Map(votes.map(({ person, verdict }) => [person, verdict]));
        const before = evaluateQuorum(quorum, approvers, votes);
        if (before.state !== 'open') return expect(state).toBe(before.state);
        const denied = before.mayVote.filter((person) => last.get(person) === 'deny');
        const possible = approvers
          .map(({ person }) => person)
          .filter((person) => !denied.includes(person))
          .filter((person) => !gone.includes(person) || last.get(person) === 'approve');
        expect(state).toBe(new QuorumOracle(quorum, approvers).meets(possible) ? 'open' : 'denied');
      }),
      { numRuns: 1000 },
    );
  });

  it('asks more people with each further approval, and nobody less', () => {
    fc.assert(
      fc.property(within, anyApprovers, (quorum, approvers) => {
        const votes: { person: string; verdict: 'approve' }[] = [];
        let asked = evaluateQuorum(quorum, approvers, votes).mayVote;
        for (const { person } of approvers) {
          votes.push({ person, verdict: 'approve' });
          const now = evaluateQuorum(quorum, approvers, votes).mayVote;
          expect(now).toEqual(expect.arrayContaining([...asked]));
          asked = now;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('says in words what is missing exactly while it is open', () => {
    fc.assert(
      fc.property(within, anyApprovers, anyVotes, (quorum, approvers, votes) => {
        const { state, reason, missing } = evaluateQuorum(quorum, approvers, votes);
        expect(missing === '').toBe(state !== 'open');
        expect(reason).toMatch(/^[A-Z].*\S\.$/);
        expect(reason).not.toMatch(/ {2}|undefined|\(\)|nobody/);
      }),
      { numRuns: 1000 },
    );
  });
});
