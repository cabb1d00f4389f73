import { describe, expect, it } from '@jest/globals';
import { type PlanStep, type QuorumExpression, VERDICTS } from '@tollgate/contracts';
import { evaluateQuorum } from '@tollgate/policy';
import fc from 'fast-check';
import { askedOf } from '../approval/asked.js';
import { TestPolicy } from '../testing/test-policy.js';
import { aFile, STAGED } from '../testing/routes.js';
import { anApproval, OPENED_AT } from '../testing/votes.js';
import { VoteTally } from './vote-tally.js';

const one = (from: string): QuorumExpression => ({ kind: 'one', from });
const team: QuorumExpression = { kind: 'people', count: 2, from: ['role:team'] };
const finance = one('role:finance');
/** Of each kind, and some in each other. */
const QUORUMS: QuorumExpression[] = [
  one('role:team'),
  team,
  { kind: 'majority', from: ['role:team', 'role:finance'] },
  { kind: 'unanimous', from: ['role:finance'] },
  {
    kind: 'weighted',
    threshold: 3,
    of: [
      { from: 'role:team', weight: 1 },
      { from: 'role:finance', weight: 2 },
    ],
  },
  { kind: 'stages', of: [team, finance] },
  { kind: 'stages', of: [finance, team], samePerson: true },
  {
    kind: 'denials',
    count: 2,
    in: { kind: 'stages', of: [one('person:erin'), { kind: 'any', of: [team, finance] }] },
  },
  {
    kind: 'veto',
    by: ['person:carol'],
    in: { kind: 'all', of: [team, { kind: 'stages', of: [finance, one('person:bob')] }] },
  },
];
const APPROVERS: PlanStep['approvers'] = [
  { person: 'bob', via: ['role:team', 'person:bob'] },
  { person: 'carol', via: ['role:team', 'role:finance', 'person:carol'] },
  { person: 'dave', via: ['role:finance'] },
  { person: 'erin', via: ['role:team', 'person:erin'] },
];
const namedBy = (quorum: QuorumExpression): PlanStep['approvers'] =>
  APPROVERS.filter(({ via }) => via.some((selector) => JSON.stringify(quorum).includes(`"${selector}"`)));
const ballots = fc.array(
  fc.record({
    person: fc.constantFrom('bob', 'carol', 'dave', 'erin'),
    verdict: fc.constantFrom(...VERDICTS, 'approve' as const, 'approve' as const),
  }),
  { maxLength: 20 },
);
const policy = new TestPolicy();

describe('a batch of votes', () => {
  it('decides once, by votes that bear it out, of people who were asked', () => {
    fc.assert(
      fc.property(fc.constantFrom(...QUORUMS), ballots, (quorum, cast) => {
        const approvers = namedBy(quorum);
        const step: PlanStep = { ...STAGED, quorum, approvers };
        const approval = anApproval({ file: aFile({ plan: [step] }) });
        const tally = new VoteTally(policy.current());
        tally.begin(approval, []);
        const asked = new Set(askedOf(step, evaluateQuorum(quorum, approvers, []).mayVote).approvers);
        const heard = new Set<string>();
        for (const { person, verdict } of cast) {
          const outcome = tally.take(
            { requestId: approval.requestId, person, verdict, reason: '', authentication: 'link' },
            OPENED_AT + 1000,
          );
          if (outcome.kind === 'counted') expect(asked).toContain(person);
          if (outcome.kind === 'counted') heard.add(person);
          if (outcome.kind === 'uncounted' && outcome.why === 'stage-ahead')
            expect(heard).not.toContain(person);
          for (const each of tally.changes[0]?.asked?.approvers ?? []) asked.add(each);
        }
        const decisions = tally.records.filter(({ topic }) => topic === 'decision.made');
        const decision = tally.changes[0]?.decision;
        expect(decisions).toHaveLength(decision === undefined ? 0 : 1);
        if (decision === undefined) return;
        const counted = decision.votes.filter((vote) => vote.counted);
        expect(new Set(counted.map(({ person }) => person)).size).toBe(counted.length);
        expect(evaluateQuorum(quorum, approvers, counted).state).toBe(decision.outcome);
      }),
      { numRuns: 1000 },
    );
  });
});
