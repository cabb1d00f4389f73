import { describe, expect, it } from '@jest/globals';
import { type Decision, type JsonObject, type PlanStep, type QuorumExpression } from '@tollgate/contracts';
import { aDecidedEvent, aVote, type DecidedGiven } from '../testing/a-decided-event.js';
import { type DistrustCause } from './distrust.js';
import { distrustContent } from './distrust-content.js';
import { distrustDecision } from './distrust-decision.js';

function distrusted(given: DecidedGiven = {}) {
  const { data } = aDecidedEvent('one', given);
  return distrustContent(data) ?? distrustDecision(data);
}

const step = (given: Partial<PlanStep> = {}): PlanStep => ({
  quorum: { kind: 'one', from: 'role:team-lead' },
  approvers: [{ person: 'bob', via: ['role:team-lead'] }],
  excluded: [],
  timeout: 'PT4H',
  reminders: [],
  onSilence: 'deny',
  ...given,
});
/** Two of the team, and then one of finance. */
const staged = step({
  quorum: {
    kind: 'stages',
    of: [
      { kind: 'people', count: 2, from: ['role:team'] },
      { kind: 'one', from: 'role:finance' },
    ],
  },
  approvers: [
    { person: 'bob', via: ['role:team'] },
    { person: 'erin', via: ['role:team', 'role:finance'] },
    { person: 'dave', via: ['role:finance'] },
  ],
});
const silent = step({ onSilence: 'approve' });
const bySilence: Partial<Decision> = {
  decidedBy: 'timeout',
  votes: [],
  decidedAt: '2026-11-01T14:00:01.000Z',
};
const minutesLater = (minutes: number) => new Date(Date.parse(aVote().at) + minutes * 60_000).toISOString();

describe('distrustDecision', () => {
  it.each<[string, DecidedGiven]>([
    ['an approval by an approver', {}],
    [
      'an approval by somebody who is known more surely than asked for',
      { route: { signIn: 'signed-in' }, decision: { votes: [aVote({ authentication: 'passkey' })] } },
    ],
    [
      'an approval beside votes that do not count',
      { decision: { votes: [aVote({ person: 'eve', counted: false, why: 'is no approver' }), aVote()] } },
    ],
    [
      'an approval by automation',
      { route: { decider: 'automation', plan: [] }, decision: { decidedBy: 'automation', votes: [] } },
    ],
    [
      'a denial by policy',
      {
        route: { decider: 'deny', plan: [] },
        decision: { outcome: 'denied', decidedBy: 'policy', votes: [] },
      },
    ],
    [
      'an approval through all stages',
      {
        route: { plan: [staged] },
        decision: { votes: ['bob', 'erin', 'dave'].map((person) => aVote({ person })) },
      },
    ],
    [
      'an approval in a step that silence leads to',
      {
        route: { plan: [step({ onSilence: 'next' }), step()] },
        decision: { step: 1, votes: [aVote({ counted: false, why: 'ended' }), aVote({ step: 1 })] },
      },
    ],
    [
      'an approval beside fewer denials than end it',
      {
        route: {
          plan: [
            step({
              ...staged,
              quorum: { kind: 'denials', count: 2, in: { kind: 'one', from: 'role:team' } },
            }),
          ],
        },
        decision: { votes: [aVote(), aVote({ person: 'erin', verdict: 'deny' })] },
      },
    ],
    ['an approval by a silence that the plan has', { route: { plan: [silent] }, decision: bySilence }],
    ['a silence', { decision: { outcome: 'expired', decidedBy: 'timeout', votes: [] } }],
    ['a withdrawal', { decision: { outcome: 'cancelled', decidedBy: 'requester', votes: [] } }],
  ])('trusts %s', (_, given) => {
    expect(distrusted(given)).toBeUndefined();
  });

  it.each<[string, DecidedGiven, RegExp, DistrustCause]>([
    [
      'content that was changed',
      { request: { action: 'delete_resource' } },
      /not what its hash says/,
      'content',
    ],
    [
      'changed content, though it was denied',
      { request: { environment: 'ci' }, decision: { outcome: 'denied' } },
      /not what its hash says/,
      'content',
    ],
    [
      'content that has no exact form',
      { target: { size: JSON.parse('12345678901234567890') as number } },
      /not what a door accepts/,
      'content',
    ],
    ['an approval without a vote', { decision: { votes: [] } }, /do not meet the quorum/, 'quorum'],
    [
      'an approval on a vote that does not count',
      { decision: { votes: [aVote({ counted: false })] } },
      /do not meet the quorum/,
      'quorum',
    ],
    [
      'an approval on a denial',
      { decision: { votes: [aVote({ verdict: 'deny' })] } },
      /do not meet the quorum/,
      'quorum',
    ],
    [
      'an approval on an abstention',
      { decision: { votes: [aVote({ verdict: 'abstain' })] } },
      /do not meet the quorum/,
      'quorum',
    ],
    [
      'a counted vote of a stranger',
      { decision: { votes: [aVote(), aVote({ person: 'eve' })] } },
      /no approver/,
      'voter',
    ],
    [
      'a counted vote for nobody whom the step asks',
      { decision: { votes: [aVote({ person: 'eve', onBehalfOf: 'mallory' })] } },
      /no approver/,
      'voter',
    ],
    [
      'a vote by the link where a sign-in is asked for',
      { route: { signIn: 'signed-in' } },
      /as surely as the route asks for/,
      'sign-in',
    ],
    [
      'two votes for one person',
      { decision: { votes: [aVote(), aVote({ person: 'eve', onBehalfOf: 'bob', delegation: 'd-1' })] } },
      /two votes for one person/,
      'twice',
    ],
    [
      'an approval on the votes of another step',
      { decision: { votes: [aVote({ step: 1 })] } },
      /cast in another step/,
      'step',
    ],
    [
      'an approval beside a vote that is counted in another step',
      {
        route: { plan: [step({ onSilence: 'next' }), step()] },
        decision: { step: 1, votes: [aVote(), aVote({ step: 1 })] },
      },
      /cast in another step/,
      'step',
    ],
    ['a vote at the deadline', { decision: { deadline: aVote().at } }, /after the deadline/, 'time'],
    ['votes without a deadline', { decision: { deadline: undefined } }, /no deadline/, 'time'],
    [
      'a vote before anybody was asked',
      { decision: { openedAt: minutesLater(1) } },
      /before anybody was asked/,
      'time',
    ],
    [
      'a vote after the decision',
      { decision: { votes: [aVote({ at: minutesLater(1) })] } },
      /after the decision/,
      'time',
    ],
    [
      'a vote without the reason that its step asks for',
      {
        route: { plan: [step({ reasonFor: ['approve'] })] },
        decision: { votes: [aVote({ reason: ' \u200b ' })] },
      },
      /without the reason/,
      'reason',
    ],
    [
      'an approval by a silence that was cut short',
      {
        route: { plan: [silent] },
        decision: { ...bySilence, deadline: minutesLater(1), decidedAt: minutesLater(1) },
      },
      /before the time for an answer was over/,
      'time',
    ],
    [
      'an approval by a silence that was not over',
      { route: { plan: [silent] }, decision: { ...bySilence, decidedAt: minutesLater(1) } },
      /before the time for an answer was over/,
      'time',
    ],
    [
      'an approval by a silence without a deadline',
      { route: { plan: [silent] }, decision: { ...bySilence, deadline: undefined } },
      /before the time for an answer was over/,
      'time',
    ],
    [
      'an approval in a step that is not planned',
      { decision: { step: 1, votes: [aVote({ step: 1 })] } },
      /does not have/,
      'step',
    ],
    [
      'an approval that lacks a stage',
      { route: { plan: [staged] }, decision: { votes: ['bob', 'erin'].map((person) => aVote({ person })) } },
      /do not meet the quorum/,
      'quorum',
    ],
    [
      'an approval that counts one person for two stages',
      { route: { plan: [staged] }, decision: { votes: [aVote(), aVote({ person: 'erin' })] } },
      /do not meet the quorum/,
      'quorum',
    ],
    [
      'an approval that counts one person twice',
      { decision: { votes: [aVote({ verdict: 'deny' }), aVote()] } },
      /two votes of one person/,
      'twice',
    ],
    [
      'an approval in a step that silence does not lead to',
      { route: { plan: [step(), step()] }, decision: { step: 1, votes: [aVote({ step: 1 })] } },
      /does not lead to/,
      'step',
    ],
    [
      'an approval by the silence of a step that is never reached',
      { route: { plan: [step(), silent] }, decision: { ...bySilence, step: 1 } },
      /does not lead to/,
      'step',
    ],
    [
      'an approval by the silence of nobody',
      { route: { plan: [step({ onSilence: 'approve', approvers: [] })] }, decision: bySilence },
      /nobody could decide/,
      'quorum',
    ],
    [
      'people who approve what nobody was asked for',
      { route: { decider: 'deny' } },
      /asks nobody/,
      'decider',
    ],
    [
      'automation that approves what people decide',
      { decision: { decidedBy: 'automation', votes: [] } },
      /by automation/,
      'decider',
    ],
    [
      'an approval by silence that the plan does not have',
      { decision: { decidedBy: 'timeout', votes: [] } },
      /by silence/,
      'decider',
    ],
    [
      'an approval by break-glass that the route does not have',
      { decision: { decidedBy: 'break-glass' } },
      /by break-glass/,
      'decider',
    ],
    ['an approval by the requester', { decision: { decidedBy: 'requester' } }, /never approves/, 'decider'],
    ['an approval by the policy', { decision: { decidedBy: 'policy' } }, /never approves/, 'decider'],
  ])('does not trust %s', (_, given, detail, why) => {
    expect(distrusted(given)).toEqual({ why, detail: expect.stringMatching(detail) });
  });

  it('does not guess at a quorum that it does not know', () => {
    const step = aDecidedEvent('one').data.route.plan[0];
    if (step === undefined) throw new Error('the plan has a step');
    const plan = [{ ...step, quorum: { kind: 'most', of: [] } as unknown as QuorumExpression }];
    expect(distrusted({ route: { plan } })).toMatchObject({ why: 'quorum' });
  });

  it('says nothing of the content', () => {
    const target: JsonObject = { password: 'hunter2' };
    expect(distrusted({ request: { target } })).toBeDefined();
    expect(JSON.stringify(distrusted({ request: { target } }))).not.toContain('hunter2');
  });
});
