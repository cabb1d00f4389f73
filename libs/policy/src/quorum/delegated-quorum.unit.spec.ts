import { describe, expect, it } from '@jest/globals';
import { type Approver, type QuorumExpression, VERDICTS } from '@tollgate/contracts';
import fc from 'fast-check';
import { QuorumOracle } from '../testing/quorum-oracle.js';
import { anyApprovers, anyQuorum, PEOPLE } from '../testing/quorums.js';
import { type CastBallot, heardOf, voiceOf } from './cast-ballot.js';
import { evaluateQuorum } from './evaluate-quorum.js';
import { quorumFaults } from './read-quorum.js';

const within = anyQuorum.filter((quorum) => quorumFaults(quorum).length === 0);
/** People who are no approvers stand for others, too. */
const HUMANS = [...PEOPLE, 'gus', 'hal'];

/** Votes by whomever for whomever, mostly approvals. */
const anyDelegatedVotes: fc.Arbitrary<CastBallot[]> = fc.array(
  fc
    .record({
      person: fc.constantFrom(...HUMANS),
      voice: fc.option(fc.constantFrom(...PEOPLE), { nil: undefined }),
      verdict: fc.oneof(
        { weight: 4, arbitrary: fc.constant('approve' as const) },
        { weight: 1, arbitrary: fc.constantFrom(...VERDICTS) },
      ),
    })
    .map(({ person, voice, verdict }) => ({
      person,
      verdict,
      ...(voice === undefined || voice === person ? {} : { onBehalfOf: voice }),
    })),
  { maxLength: 10 },
);

/**
 * Which votes are heard, said in another way: of all ways to keep at most one vote of each human and one of each
 * approver, out of the last votes of each human, the only one that leaves out none that a kept one does not outrank.
 */
function bruteForce(votes: readonly CastBallot[]): Set<CastBallot> {
  const last = votes.filter(
    (vote, index) => !votes.slice(index + 1).some(({ person }) => person === vote.person),
  );
  const outranks = (one: CastBallot, other: CastBallot): boolean => {
    if (voiceOf(one) !== voiceOf(other)) return false;
    const inPerson = [one, other].find(({ person }) => person === voiceOf(one));
    return inPerson === undefined ? last.indexOf(one) > last.indexOf(other) : inPerson === one;
  };
  return new Set(last.filter((vote) => !last.some((other) => other !== vote && outranks(other, vote))));
}

describe('votes with delegates', () => {
  it('are heard once per human and once per approver, whoever stands for whom', () => {
    fc.assert(
      fc.property(anyDelegatedVotes, (votes) => {
        const heard = heardOf(votes);
        expect(new Set(heard.map(({ person }) => person)).size).toBe(heard.length);
        expect(new Set(heard.map(voiceOf)).size).toBe(heard.length);
        expect(new Set(heard)).toEqual(bruteForce(votes));
      }),
      { numRuns: 2000 },
    );
  });

  it('meet a quorum exactly where that many distinct humans, each with one voice, meet it', () => {
    const seen = { open: 0, approved: 0, denied: 0 };
    fc.assert(
      fc.property(within, anyApprovers, anyDelegatedVotes, (quorum, approvers, votes) => {
        const spoken = [...bruteForce(votes)].map((vote) => ({
          person: voiceOf(vote),
          verdict: vote.verdict,
        }));
        const { state, mayVote } = evaluateQuorum(quorum, approvers, votes);
        expect({ state, mayVote }).toEqual(new QuorumOracle(quorum, approvers).stand(spoken));
        seen[state] += 1;
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(seen.open, seen.approved, seen.denied)).toBeGreaterThan(20);
  });

  it('approve nothing that as few humans could not approve without delegates', () => {
    fc.assert(
      fc.property(within, anyApprovers, anyDelegatedVotes, (quorum, approvers, votes) => {
        const { state } = evaluateQuorum(quorum, approvers, votes);
        if (state !== 'approved') return;
        const humans = new Set(
          votes.filter(({ verdict }) => verdict === 'approve').map(({ person }) => person),
        );
        const oracle = new QuorumOracle(quorum, approvers);
        const people = approvers.map(({ person }) => person);
        const fewest = subsets(people).filter((chosen) => oracle.meets(chosen));
        expect(Math.min(...fewest.map(({ length }) => length))).toBeLessThanOrEqual(humans.size);
      }),
      { numRuns: 1000 },
    );
  });
});

const subsets = (people: readonly string[]): string[][] =>
  people.reduce<string[][]>((sets, person) => [...sets, ...sets.map((set) => [...set, person])], [[]]);

describe('each kind of quorum, with bob standing for alice', () => {
  const via = (person: string, ...selectors: string[]): Approver => ({ person, via: selectors });
  const approvers = [
    via('alice', 'role:lead', 'role:finance'),
    via('bob', 'role:lead', 'role:ops'),
    via('carol', 'role:lead'),
  ];
  const lead = ['role:lead'];
  const forAlice: CastBallot = { person: 'bob', onBehalfOf: 'alice', verdict: 'approve' };
  const say = (person: string, verdict: CastBallot['verdict'] = 'approve'): CastBallot => ({
    person,
    verdict,
  });
  const stand = (quorum: QuorumExpression, votes: CastBallot[]) => evaluateQuorum(quorum, approvers, votes);

  it.each<[string, QuorumExpression, CastBallot[], string]>([
    ['one: his voice for her is enough', { kind: 'one', from: 'role:finance' }, [forAlice], 'approved'],
    [
      'two people: he is one of them',
      { kind: 'people', count: 2, from: lead },
      [forAlice, say('carol')],
      'approved',
    ],
    [
      'two people: his own vote and hers by him are one',
      { kind: 'people', count: 2, from: lead },
      [say('bob'), forAlice],
      'open',
    ],
    ['a majority: of three, he is one', { kind: 'majority', from: lead }, [say('bob'), forAlice], 'open'],
    ['a majority: with another, two', { kind: 'majority', from: lead }, [forAlice, say('carol')], 'approved'],
    [
      'all: he does not speak for both',
      { kind: 'unanimous', from: lead },
      [say('bob'), forAlice, say('carol')],
      'open',
    ],
    [
      'all: somebody who is not asked speaks for her',
      { kind: 'unanimous', from: lead },
      [say('bob'), { ...forAlice, person: 'zoe' }, say('carol')],
      'approved',
    ],
    [
      'weights: hers, not his',
      {
        kind: 'weighted',
        threshold: 3,
        of: [
          { from: 'role:finance', weight: 3 },
          { from: 'role:lead', weight: 1 },
        ],
      },
      [forAlice],
      'approved',
    ],
    [
      'a veto of hers is his to use',
      {
        kind: 'denials',
        count: 2,
        in: { kind: 'veto', by: ['role:finance'], in: { kind: 'one', from: 'role:lead' } },
      },
      [{ ...forAlice, verdict: 'deny' }],
      'denied',
    ],
    [
      'distinct branches: he meets one of them',
      {
        kind: 'all',
        of: [
          { kind: 'one', from: 'role:lead' },
          { kind: 'one', from: 'role:finance' },
        ],
      },
      [say('bob'), forAlice],
      'open',
    ],
    [
      'branches that one person may meet: he is one voice, not two',
      {
        kind: 'all',
        of: [
          { kind: 'one', from: 'role:ops' },
          { kind: 'one', from: 'role:finance' },
        ],
        samePerson: true,
      },
      [say('bob'), forAlice],
      'open',
    ],
  ])('%s', (_, quorum, votes, state) => {
    expect(stand(quorum, votes).state).toBe(state);
  });

  it('her own vote wins over his, whichever came first', () => {
    const quorum: QuorumExpression = { kind: 'one', from: 'role:finance' };
    for (const votes of [
      [say('alice', 'abstain'), forAlice],
      [forAlice, say('alice', 'abstain')],
    ])
      expect(stand(quorum, votes).state).toBe('open');
  });

  it('says who spoke for whom', () => {
    expect(stand({ kind: 'people', count: 2, from: lead }, [forAlice, say('carol')]).reason).toBe(
      'Approved by bob for alice, carol.',
    );
    expect(stand({ kind: 'one', from: 'role:finance' }, [{ ...forAlice, verdict: 'deny' }]).reason).toBe(
      'Denied by bob for alice.',
    );
  });
});
