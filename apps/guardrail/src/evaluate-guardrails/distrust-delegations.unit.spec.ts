import { describe, expect, it } from '@jest/globals';
import { compile, type Delegation, isActive } from '@tollgate/policy';
import { aDecidedEvent, aVote, type DecidedGiven } from '../testing/a-decided-event.js';
import { A_DIRECTORY, A_POLICY } from '../testing/a-policy.js';
import { distrustDelegations } from './distrust-delegations.js';

const ID = '019a3c2e-7b1a-7c3d-9e4f-5a6b7c8d9e0f';
const absence: Delegation = {
  from: 'bob',
  to: 'carol',
  startsAt: '2026-11-01T00:00:00.000Z',
  endsAt: '2026-11-02T00:00:00.000Z',
  declaredBy: 'bob',
  declaredAs: 'person',
};
const directory = (inactive: readonly string[] = []) => ({
  ...A_DIRECTORY,
  people: Object.fromEntries(
    ['alice', 'bob', 'carol'].map((person) => [
      person,
      { active: !inactive.includes(person), roles: ['team-lead'] },
    ]),
  ),
});
const revision = (inactive: readonly string[] = []) =>
  compile({ revision: 1, policy: A_POLICY, directory: directory(inactive) });

function distrusted(
  delegation: Partial<Delegation> | undefined,
  given: DecidedGiven = {},
  ruling = revision(),
  /** When those left who are not active in the ruling revision. */
  leftAt = -Infinity,
) {
  const votes = [aVote({ person: 'carol', onBehalfOf: 'bob', delegation: ID })];
  const { data } = aDecidedEvent('one', { decision: { votes }, ...given });
  return distrustDelegations(data, {
    find: (id) => (id === ID && delegation !== undefined ? { ...absence, ...delegation } : undefined),
    ruling,
    activeUntil: (person) => (isActive(ruling, person) ? Infinity : leftAt),
  });
}

describe('a counted vote for another', () => {
  it('is trusted where the delegation was in force for the two at its time', () => {
    expect(distrusted({})).toBeUndefined();
    expect(distrusted({ revokedAt: '2026-11-01T10:05:00.001Z' })).toBeUndefined();
    const { id } = aDecidedEvent('one').data.request;
    expect(distrusted({ requestId: id, declaredBy: 'operator', declaredAs: 'operator' })).toBeUndefined();
  });

  it.each<[string, Partial<Delegation> | undefined, RegExp]>([
    ['was never declared', undefined, /never declared/],
    ['is of others', { from: 'alice' }, /does not let carol vote for bob/],
    ['had not begun', { startsAt: '2026-11-01T10:05:00.001Z' }, /begins/],
    ['had ended', { endsAt: '2026-11-01T10:05:00.000Z' }, /ended/],
    ['had been revoked', { revokedAt: '2026-11-01T10:05:00.000Z' }, /revoked/],
    ['is for another request', { requestId: ID }, /another request/],
    ['was declared by the delegate', { declaredBy: 'carol' }, /not declared by bob/],
    [
      'was declared for all requests by an operator',
      { declaredBy: 'operator', declaredAs: 'operator' },
      /not declared/,
    ],
  ])('is not trusted where the delegation %s', (_, delegation, why) => {
    expect(distrusted(delegation)).toEqual({ why: 'delegation', detail: expect.stringMatching(why) });
  });

  it('is not trusted where the request excludes the delegate', () => {
    const data = aDecidedEvent('one').data;
    expect(
      distrusted(
        {},
        {
          request: { ...data.request, owner: 'carol' },
          decision: { votes: [aVote({ person: 'carol', onBehalfOf: 'bob', delegation: ID })] },
        },
      )?.detail,
    ).toMatch(/owns the credential/);
  });

  it('is trusted though its person left between it and the decision, but not where they never were there', () => {
    const votedAt = Date.parse(aVote().at);
    expect(distrusted({}, {}, revision(['carol']), votedAt)).toBeUndefined();
    for (const left of [votedAt - 1, -Infinity])
      expect(distrusted({}, {}, revision(['carol']), left)?.detail).toMatch(/carol is not active/);
  });

  it('that is not counted, or of a denied request, is nobody’s business here', () => {
    const uncounted = aVote({ person: 'carol', onBehalfOf: 'bob', delegation: ID, counted: false });
    expect(distrusted(undefined, { decision: { votes: [aVote(), uncounted] } })).toBeUndefined();
    const denial = aVote({ person: 'carol', onBehalfOf: 'bob', delegation: ID, verdict: 'deny' });
    expect(distrusted(undefined, { decision: { outcome: 'denied', votes: [denial] } })).toBeUndefined();
  });
});
