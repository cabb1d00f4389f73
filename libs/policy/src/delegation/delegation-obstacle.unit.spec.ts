import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Delegation } from './delegation.js';
import { delegationObstacle } from './delegation-obstacle.js';

const BEGIN = Date.parse('2026-11-01T00:00:00.000Z');
const END = Date.parse('2026-11-15T00:00:00.000Z');
const iso = (at: number): string => new Date(at).toISOString();
const absence: Delegation = {
  from: 'alice',
  to: 'bob',
  startsAt: iso(BEGIN),
  endsAt: iso(END),
  declaredBy: 'alice',
  declaredAs: 'person',
};
const vote = { requestId: 'r1', person: 'bob', onBehalfOf: 'alice', at: BEGIN + 1000 };
const facts = { excluded: new Map<string, string>(), isActive: () => true };
const obstacle = (
  given: Partial<Delegation> = {},
  cast: Partial<typeof vote> = {},
  more: Partial<typeof facts> = {},
) => delegationObstacle({ ...absence, ...given }, { ...vote, ...cast }, { ...facts, ...more });

describe('a delegation', () => {
  it('holds from its start until its end, and no longer than until it is revoked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 25 }),
        fc.option(fc.integer({ min: -5, max: 25 }), { nil: undefined }),
        (at, revoked) => {
          const days = (number: number): number => BEGIN + number * 24 * 60 * 60 * 1000;
          const given = revoked === undefined ? {} : { revokedAt: iso(days(revoked)) };
          const holds = at >= 0 && at < 14 && (revoked === undefined || at < revoked);
          expect(obstacle(given, { at: days(at) }) === undefined).toBe(holds);
        },
      ),
    );
  });

  it.each<[string, Partial<Delegation>, Partial<typeof vote>, Partial<typeof facts>, RegExp]>([
    ['before it begins', {}, { at: BEGIN - 1 }, {}, /begins at 2026-11-01T00:00:00.000Z/],
    ['once it ended', {}, { at: END }, {}, /ended at 2026-11-15T00:00:00.000Z/],
    ['once it is revoked', { revokedAt: iso(BEGIN + 5) }, { at: BEGIN + 5 }, {}, /was revoked at/],
    ['for another request', { requestId: 'r2' }, {}, {}, /for another request/],
    ['for somebody else', {}, { onBehalfOf: 'carol' }, {}, /does not let bob vote for carol/],
    ['by somebody else', {}, { person: 'carol' }, {}, /does not let carol vote for alice/],
    [
      'by the requester',
      {},
      {},
      { excluded: new Map([['bob', 'is the requester']]) },
      /bob is the requester/,
    ],
    [
      'by somebody who left',
      {},
      {},
      { isActive: (person?: string) => person !== 'bob' } as object,
      /bob is not active/,
    ],
    [
      'for somebody who left',
      {},
      {},
      { isActive: (person?: string) => person !== 'alice' } as object,
      /alice is not active/,
    ],
    ['that somebody else declared', { declaredBy: 'bob' }, {}, {}, /was not declared by alice/],
    [
      'that an operator declared for all requests',
      { declaredBy: 'operator', declaredAs: 'operator' },
      {},
      {},
      /not declared by/,
    ],
    ['of oneself', { to: 'alice' }, { person: 'alice' }, {}, /Nobody stands for themselves/],
  ])('lets nobody vote %s', (_, given, cast, more, why) => {
    expect(obstacle(given, cast, more)).toMatch(why);
  });

  it('by an operator holds for its one request', () => {
    const { endsAt: _endsAt, ...endless } = absence;
    const reassigned: Delegation = {
      ...endless,
      requestId: 'r1',
      declaredBy: 'operator',
      declaredAs: 'operator',
    };
    expect(delegationObstacle(reassigned, { ...vote, at: END * 2 }, facts)).toBeUndefined();
  });

  it('makes no chain: a delegate of the delegate stands for nobody but them', () => {
    const toCarol: Delegation = { ...absence, from: 'bob', to: 'carol', declaredBy: 'bob' };
    expect(delegationObstacle(toCarol, { ...vote, person: 'carol' }, facts)).toMatch(/does not let carol/);
    expect(
      delegationObstacle(toCarol, { ...vote, person: 'carol', onBehalfOf: 'bob' }, facts),
    ).toBeUndefined();
  });
});
