import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type PolicyPublished } from '@tollgate/contracts';
import { compile } from '@tollgate/policy';
import { aDecidedEvent, aVote, type DecidedGiven } from '../testing/a-decided-event.js';
import { A_DIRECTORY, A_POLICY } from '../testing/a-policy.js';
import { aPublishedPolicy } from '../testing/a-published-policy.js';
import { Activity } from './activity.js';
import { distrustGlassBreaker, distrustVoters } from './distrust-voters.js';

const MINUTE = 60_000;
const VOTED_AT = Date.parse(aVote().at);

/** A directory in which bob is active or not. */
const directory = (isActive: boolean, identities: JsonObject = {}): JsonObject => ({
  ...A_DIRECTORY,
  people: { alice: { active: true }, bob: { active: isActive, roles: ['team-lead'], ...identities } },
});
const compiled = (revision: number, people: JsonObject) =>
  compile({ revision, policy: A_POLICY, directory: people });

type Published = readonly [isActive: boolean, minutesAfter: number];

/** Revisions as they were published: in each bob is active or not, each so long after the vote. */
function revisions(...published: readonly Published[]) {
  const events = published.map(([isActive, minutes], index): PolicyPublished => ({
    ...aPublishedPolicy(index + 1, A_POLICY, directory(isActive)).data,
    publishedAt: new Date(VOTED_AT + minutes * MINUTE).toISOString(),
  }));
  const of = (revision: number): PolicyPublished => {
    const found = events[revision - 1];
    if (found === undefined) throw new Error(`there is no revision ${revision}`);
    return found;
  };
  return {
    highest: events.length,
    published: of,
    get: async (revision: number) => compiled(revision, of(revision).directory),
  };
}

async function distrusted(
  known: ReturnType<typeof revisions>,
  given: DecidedGiven = {},
  from = 1,
): Promise<string | undefined> {
  const ruling = await known.get(known.highest);
  const activeUntil = await new Activity(known).activeUntil(['bob'], from, ruling);
  return distrustVoters(aDecidedEvent('one', given).data, { ruling, activeUntil })?.why;
}

describe('a counted vote', () => {
  it('is trusted where its person is active', async () => {
    expect(await distrusted(revisions([true, -60]))).toBeUndefined();
    expect(await distrusted(revisions([false, -60], [true, -50]))).toBeUndefined();
  });

  it('is trusted though its person left after it, or so short before that the notifier cannot have known', async () => {
    expect(await distrusted(revisions([true, -60], [false, 1]))).toBeUndefined();
    expect(await distrusted(revisions([true, -60], [false, 1], [false, 2]))).toBeUndefined();
    expect(await distrusted(revisions([true, -60], [false, -0.5]))).toBeUndefined();
  });

  it.each<[string, readonly Published[], number]>([
    [
      'left before it',
      [
        [true, -60],
        [false, -2],
      ],
      1,
    ],
    [
      'left and came only before it',
      [
        [true, -60],
        [false, -50],
        [true, -40],
        [false, -30],
      ],
      1,
    ],
    ['was never active', [[false, -60]], 1],
    [
      'left before the request came',
      [
        [true, -60],
        [false, -2],
        [false, 5],
      ],
      2,
    ],
  ])('is not trusted where its person %s', async (_, published, from) => {
    expect(await distrusted(revisions(...published), {}, from)).toBe('inactive');
  });

  it('is not trusted where its person has a part in the request', async () => {
    expect(await distrusted(revisions([true, -60]), { request: { requester: 'bob' } })).toBe('excluded');
    expect(await distrusted(revisions([true, -60]), { request: { onBehalfOf: ['BOB'] } })).toBe('excluded');
  });

  it('is not trusted where another stands for somebody who has a part in the request', async () => {
    const votes = [aVote({ person: 'alice', onBehalfOf: 'bob', delegation: 'd-1' })];
    expect(await distrusted(revisions([true, -60]), { request: { owner: 'bob' }, decision: { votes } })).toBe(
      'excluded',
    );
  });

  it('that lets nothing through is nobody’s business', async () => {
    const denied = { request: { requester: 'bob' }, decision: { outcome: 'denied' } } as const;
    expect(await distrusted(revisions([false, -60]), denied)).toBeUndefined();
  });
});

describe('whoever broke the glass', () => {
  const broken = (outcome: 'approved' | 'denied' = 'approved'): DecidedGiven => ({
    request: { breakGlass: { person: 'bob', justification: 'an outage', authentication: 'passkey' } },
    decision: { outcome, decidedBy: 'break-glass', votes: [] },
  });
  const distrustedBreaker = async (known: ReturnType<typeof revisions>, given = broken()) => {
    const ruling = await known.get(known.highest);
    const activeUntil = await new Activity(known).activeUntil(['bob'], 1, ruling);
    return distrustGlassBreaker(aDecidedEvent('one', given).data, { activeUntil })?.why;
  };

  it('is trusted where they were active then, or left so short before that the notifier cannot have known', async () => {
    expect(await distrustedBreaker(revisions([true, -60]))).toBeUndefined();
    expect(await distrustedBreaker(revisions([true, -60], [false, 1]))).toBeUndefined();
    expect(await distrustedBreaker(revisions([true, -60], [false, -0.5]))).toBeUndefined();
  });

  it('is not trusted where they left before', async () => {
    expect(await distrustedBreaker(revisions([true, -60], [false, -2]))).toBe('inactive');
    expect(await distrustedBreaker(revisions([true, -60], [false, -2]), broken('denied'))).toBeUndefined();
  });
});

describe('a revision', () => {
  const activity = new Activity(revisions([true, -600], [true, -300]));

  it('rules until the next one, and an hour longer for who was cut off from the broker', () => {
    expect(activity.isOverruled(1, VOTED_AT - 301 * MINUTE)).toBe(false);
    expect(activity.isOverruled(1, VOTED_AT - 240 * MINUTE)).toBe(false);
    expect(activity.isOverruled(1, VOTED_AT - 239 * MINUTE)).toBe(true);
  });

  it('that is the last one rules', () => {
    expect(activity.isOverruled(2, VOTED_AT + 1e6 * MINUTE)).toBe(false);
  });
});
