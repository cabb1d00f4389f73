import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type QuorumExpression } from '@tollgate/contracts';
import { UnknownQuorumError } from '@tollgate/policy';
import { aDecidedEvent, aVote, type DecidedGiven } from '../testing/a-decided-event.js';
import { distrustDecision } from './distrust-decision.js';

const distrusted = (given: DecidedGiven = {}) => distrustDecision(aDecidedEvent('one', given).data);

describe('distrustDecision', () => {
  it.each<[string, DecidedGiven]>([
    ['an approval by an approver', {}],
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
    ['a silence', { decision: { outcome: 'expired', decidedBy: 'timeout', votes: [] } }],
    ['a withdrawal', { decision: { outcome: 'cancelled', decidedBy: 'requester', votes: [] } }],
  ])('trusts %s', (_, given) => {
    expect(distrusted(given)).toBeUndefined();
  });

  it.each<[string, DecidedGiven, RegExp]>([
    ['content that was changed', { request: { action: 'delete_resource' } }, /not what its hash says/],
    [
      'changed content, though it was denied',
      { request: { environment: 'ci' }, decision: { outcome: 'denied' } },
      /not what its hash says/,
    ],
    [
      'content that has no exact form',
      { target: { size: JSON.parse('12345678901234567890') as number } },
      /not what a door accepts/,
    ],
    ['an approval without a vote', { decision: { votes: [] } }, /do not meet the quorum/],
    [
      'an approval on a vote that does not count',
      { decision: { votes: [aVote({ counted: false })] } },
      /do not meet the quorum/,
    ],
    [
      'an approval on a denial',
      { decision: { votes: [aVote({ verdict: 'deny' })] } },
      /do not meet the quorum/,
    ],
    [
      'an approval on an abstention',
      { decision: { votes: [aVote({ verdict: 'abstain' })] } },
      /do not meet the quorum/,
    ],
    [
      'a counted vote of a stranger',
      { decision: { votes: [aVote(), aVote({ person: 'eve' })] } },
      /no approver/,
    ],
    ['a counted vote for another', { decision: { votes: [aVote({ onBehalfOf: 'bob' })] } }, /no approver/],
    [
      'an approval on the votes of another step',
      { decision: { votes: [aVote({ step: 1 })] } },
      /do not meet the quorum/,
    ],
    [
      'an approval in a step that is not planned',
      { decision: { step: 1, votes: [aVote({ step: 1 })] } },
      /does not have/,
    ],
    ['people who approve what nobody was asked for', { route: { decider: 'deny' } }, /asks nobody/],
    [
      'automation that approves what people decide',
      { decision: { decidedBy: 'automation', votes: [] } },
      /by automation/,
    ],
    [
      'an approval by silence that the plan does not have',
      { decision: { decidedBy: 'timeout', votes: [] } },
      /by silence/,
    ],
    [
      'an approval by break-glass that the route does not have',
      { decision: { decidedBy: 'break-glass' } },
      /by break-glass/,
    ],
    ['an approval by the requester', { decision: { decidedBy: 'requester' } }, /never approves/],
    ['an approval by the policy', { decision: { decidedBy: 'policy' } }, /never approves/],
  ])('does not trust %s', (_, given, why) => {
    expect(distrusted(given)).toMatch(why);
  });

  it('does not guess at a quorum that it does not know', () => {
    const step = aDecidedEvent('one').data.route.plan[0];
    if (step === undefined) throw new Error('the plan has a step');
    const plan = [{ ...step, quorum: { kind: 'most', of: [] } as unknown as QuorumExpression }];
    expect(() => distrusted({ route: { plan } })).toThrow(UnknownQuorumError);
  });

  it('says nothing of the content', () => {
    const target: JsonObject = { password: 'hunter2' };
    expect(distrusted({ request: { target } })).not.toContain('hunter2');
  });
});
