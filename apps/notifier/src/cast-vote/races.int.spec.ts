import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { type Decision } from '@tollgate/contracts';
import { aFile, aStep } from '../testing/routes.js';
import { inChunks } from '../testing/in-chunks.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { type VoteOutcome } from './cast-votes.js';

/** Each race is run so often, between two processes on one database. */
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

async function openMany(onSilence: 'deny' | 'approve' = 'deny'): Promise<string[]> {
  const files = Array.from({ length: RACES }, () => aFile({ plan: [aStep(['erin', 'bob'], { onSilence })] }));
  await left.open(...files);
  return files.map(({ request }) => request.id);
}

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

const toldAs = (outcome: VoteOutcome): string =>
  outcome.kind === 'counted'
    ? 'counted'
    : outcome.kind === 'uncounted'
      ? (outcome.decision?.outcome ?? outcome.why)
      : outcome.kind;

describe(`one winner and the other told, ${RACES} times`, () => {
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
    const chunks = Array.from({ length: 25 }, (_, index) => ids.slice(index * 20, index * 20 + 20));
    const told: VoteOutcome[] = [];
    for (const chunk of chunks) {
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
});
