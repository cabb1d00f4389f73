import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { type Decision, type PlanStep } from '@tollgate/contracts';
import { aFile, aStep, STAGED } from '../testing/routes.js';
import { inChunks } from '../testing/in-chunks.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { type VoteOutcome } from './vote-tally.js';

/** The races that decide a request are run so often, between two processes on one database. */
const DECIDING_RACES = 2000;
/** The others. */
const RACES = 500;
/** Races that are run side by side, so that each side's transactions stay small and meet the other's. */
const AT_ONCE = 10;

jest.setTimeout(120_000);

let store: TestStore;
let left: TestProcess;
let right: TestProcess;

beforeAll(async () => {
  store = await TestStore.create('race', servers);
  left = await store.process();
  right = await store.process();
});
afterAll(() => store.drop());

const chunksOf = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, index * size + size),
  );

async function open(count: number, ...plan: PlanStep[]): Promise<string[]> {
  const files = Array.from({ length: count }, () => aFile({ plan }));
  for (const chunk of chunksOf(files, RACES)) await left.open(...chunk);
  return files.map(({ request }) => request.id);
}
const openMany = (onSilence: 'deny' | 'approve' = 'deny'): Promise<string[]> =>
  open(DECIDING_RACES, aStep(['erin', 'bob'], { onSilence }));
const openPlan = (...plan: PlanStep[]): Promise<string[]> => open(RACES, ...plan);

/** A step that needs both of them. */
const PAIR = aStep(['erin', 'bob'], { quorum: { kind: 'people', count: 2, from: ['role:cto'] } });

/** The one decision of each request, as it went out; a request without or with two is a fault. */
function decidedOnce(ids: readonly string[]): Map<string, Decision> {
  const made = new Map<string, Decision[]>(ids.map((id) => [id, []]));
  for (const { relay } of [left, right]) {
    for (const { data } of relay.events('decision.made')) made.get(data.request.id)?.push(data.decision);
  }
  expect([...made].filter(([, decisions]) => decisions.length !== 1)).toEqual([]);
  return new Map([...made].flatMap(([id, [decision]]) => (decision === undefined ? [] : [[id, decision]])));
}

async function onRecord(ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await store.admin<{ request_id: string; outcome: string }>(
    `SELECT request_id, decision::jsonb ->> 'outcome' AS outcome FROM approval WHERE request_id = ANY ($1)`,
    [ids],
  );
  return new Map(rows.map(({ request_id: id, outcome }) => [id, outcome]));
}

const toldAs = (outcome: VoteOutcome | undefined): string =>
  outcome === undefined
    ? 'nothing'
    : outcome.kind === 'counted'
      ? 'counted'
      : outcome.kind === 'uncounted'
        ? (outcome.decision?.outcome ?? outcome.why)
        : outcome.kind;

describe('one winner and the other told', () => {
  it('approve against deny by two approvers', async () => {
    const ids = await openMany();
    const told = await inChunks(ids, AT_ONCE, (id, index) => {
      const [approver, denier] = index % 2 === 0 ? [left, right] : [right, left];
      return Promise.all([approver.vote(id, 'erin', 'approve'), denier.vote(id, 'bob', 'deny')]);
    });
    const decisions = decidedOnce(ids);
    ids.forEach((id, index) => {
      const outcome = decisions.get(id)?.outcome;
      const [approve, deny] = (told[index] ?? []).map(toldAs);
      expect([approve, deny]).toEqual(
        outcome === 'approved' ? ['counted', 'approved'] : ['denied', 'counted'],
      );
    });
    expect(await onRecord(ids)).toEqual(new Map([...decisions].map(([id, { outcome }]) => [id, outcome])));
  });

  it('the last two voters at once', async () => {
    const ids = await openMany();
    const told = await inChunks(ids, AT_ONCE, (id) =>
      Promise.all([left.vote(id, 'erin', 'approve'), right.vote(id, 'bob', 'approve')]),
    );
    const decisions = decidedOnce(ids);
    ids.forEach((id, index) => {
      const decision = decisions.get(id);
      const winner = decision?.votes.filter(({ counted }) => counted).map(({ person }) => person);
      const [erin, bob] = (told[index] ?? []).map(toldAs);
      expect({ winner, told: [erin, bob] }).toEqual(
        winner?.[0] === 'erin'
          ? { winner: ['erin'], told: ['counted', 'approved'] }
          : { winner: ['bob'], told: ['approved', 'counted'] },
      );
    });
  });

  it('withdraw against approve', async () => {
    const ids = await openMany();
    const told = await inChunks(ids, AT_ONCE, async (id) => {
      const [vote] = await Promise.all([left.vote(id, 'erin', 'approve'), right.withdraw(id)]);
      return vote;
    });
    const decisions = decidedOnce(ids);
    ids.forEach((id, index) => {
      const vote = told[index];
      expect(vote === undefined ? vote : toldAs(vote)).toBe(
        decisions.get(id)?.outcome === 'approved' ? 'counted' : 'cancelled',
      );
    });
  });

  it.each(['deny', 'approve'] as const)('timeout that means %s against approve', async (onSilence) => {
    const ids = await openMany(onSilence);
    const told: VoteOutcome[] = [];
    for (const chunk of chunksOf(ids, 20)) {
      // The deadlines pass while the votes are on their way.
      const [votes] = await Promise.all([
        Promise.all(chunk.map((id) => left.vote(id, 'erin', 'approve'))),
        store.makeDue(...chunk).then(async () => {
          while ((await right.timers.fireDue()) > 0);
        }),
      ]);
      told.push(...votes);
    }
    while ((await right.timers.fireDue()) > 0);
    const decisions = decidedOnce(ids);
    ids.forEach((id, index) => {
      const decision = decisions.get(id);
      const vote = told[index];
      if (decision?.decidedBy === 'people') expect(vote).toMatchObject({ kind: 'counted' });
      else {
        expect(decision).toMatchObject({
          decidedBy: 'timeout',
          outcome: onSilence === 'deny' ? 'expired' : 'approved',
        });
        expect(vote).toMatchObject({ kind: 'uncounted' });
        expect(decision?.votes.filter(({ counted }) => counted)).toEqual([]);
      }
    });
  });

  it('the two last voters whom the quorum needs both', async () => {
    const ids = await open(DECIDING_RACES, PAIR);
    const told = await inChunks(ids, AT_ONCE, (id) =>
      Promise.all([left.vote(id, 'erin', 'approve'), right.vote(id, 'bob', 'approve')]),
    );
    const decisions = decidedOnce(ids);
    ids.forEach((id, index) => {
      const decision = decisions.get(id);
      expect(decision).toMatchObject({ outcome: 'approved', decidedBy: 'people' });
      expect(decision?.votes.map(({ person, counted }) => [person, counted]).toSorted()).toEqual([
        ['bob', true],
        ['erin', true],
      ]);
      const statuses = (told[index] ?? []).map((each) => (each.kind === 'counted' ? each.status : each.kind));
      expect(statuses.toSorted()).toEqual(['closed', 'pending']);
    });
  });

  it('the vote that completes a stage against one of the next stage', async () => {
    const ids = await openPlan(STAGED);
    await inChunks(ids, AT_ONCE, (id) => left.vote(id, 'bob', 'approve'));
    const told = await inChunks(ids, AT_ONCE, (id) =>
      Promise.all([left.vote(id, 'erin', 'approve'), right.vote(id, 'dave', 'approve')]),
    );
    const early = ids.filter((_id, index) => toldAs(told[index]?.[1]) === 'stage-ahead');
    const made = new Set(
      [left, right].flatMap(({ relay }) => relay.events('decision.made')).map(({ subject }) => subject),
    );
    expect(early.filter((id) => made.has(id))).toEqual([]);
    // Whoever was too early says it again.
    const again = await inChunks(early, AT_ONCE, (id) => right.vote(id, 'dave', 'approve'));
    expect(again.filter((each) => toldAs(each) !== 'counted')).toEqual([]);
    for (const decision of decidedOnce(ids).values()) {
      expect(decision.votes.filter(({ counted }) => counted).map(({ person }) => person)).toEqual([
        'bob',
        'erin',
        'dave',
      ]);
    }
  });

  it('escalation against approve', async () => {
    const ids = await openPlan(aStep(['erin'], { onSilence: 'next' }), aStep(['carol']));
    const told = await inChunks(chunksOf(ids, 20), 1, async (chunk) => {
      const [votes] = await Promise.all([
        Promise.all(chunk.map((id) => left.vote(id, 'erin', 'approve'))),
        store.makeDue(...chunk).then(async () => {
          while ((await right.timers.fireDue()) > 0);
        }),
      ]);
      return votes;
    });
    while ((await right.timers.fireDue()) > 0);
    const rows = await store.admin<{ request_id: string; status: string; step: number }>(
      'SELECT request_id, status, step FROM approval WHERE request_id = ANY ($1)',
      [ids],
    );
    const standing = new Map(rows.map(({ request_id: id, status, step }) => [id, `${status} in ${step}`]));
    const escalated: string[] = [];
    told.flat().forEach((vote, index) => {
      const id = ids[index] ?? '';
      if (vote.kind === 'counted') expect(standing.get(id)).toBe('closed in 0');
      else {
        expect(['late', 'step-over']).toContain(toldAs(vote));
        expect(standing.get(id)).toBe('pending in 1');
        escalated.push(id);
      }
    });
    await inChunks(escalated, AT_ONCE, (id) => left.vote(id, 'carol', 'deny'));
    const decisions = decidedOnce(ids);
    expect(escalated.filter((id) => decisions.get(id)?.outcome !== 'denied')).toEqual([]);
  });

  it('deactivation against the last vote', async () => {
    const ids = await openPlan(PAIR);
    await inChunks(ids, AT_ONCE, (id) => left.vote(id, 'erin', 'approve'));
    const told = await inChunks(chunksOf(ids, 20), 1, async (chunk, round) => {
      store.policy.deactivate();
      const [votes] = await Promise.all([
        Promise.all(chunk.map((id) => left.vote(id, 'bob', 'approve'))),
        (async () => {
          // Sometimes before the votes have their locks, sometimes after.
          for (let turn = 0; turn < round % 5; turn += 1) await right.dataSource.query('SELECT 1');
          store.policy.deactivate('bob');
          await right.judgeAgain.all(store.policy.current());
        })(),
      ]);
      // What is not judged by now is not among the others of the chunk.
      await right.judgeAgain.all(store.policy.current());
      return votes;
    });
    store.policy.deactivate();
    const decisions = decidedOnce(ids);
    told.flat().forEach((vote, index) => {
      const decision = decisions.get(ids[index] ?? '');
      if (vote.kind === 'counted')
        expect(decision).toMatchObject({ outcome: 'approved', decidedBy: 'people' });
      else {
        expect(toldAs(vote)).toMatch(/inactive|denied/);
        expect(decision).toMatchObject({ outcome: 'denied', decidedBy: 'policy' });
        expect(decision?.votes.filter(({ counted }) => counted).map(({ person }) => person)).toEqual([
          'erin',
        ]);
      }
    });
  });
});
