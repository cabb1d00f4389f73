import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { aReleasedRoad, inTopics } from '../testing/a-road.js';
import { signAll } from '../testing/test-checkpoints.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { type Position } from './cursor.js';
import { type EventFilter } from './event-query.js';
import { FindEvents } from './find-events.js';

jest.setTimeout(60_000);

/** What is asked about here of a record. */
interface Stored {
  readonly seq: string;
  readonly topic: string;
  readonly action: string | null;
  readonly environment: string | null;
  readonly outcome: string | null;
  readonly persons: string[] | null;
}

const ROADS = 400;
const RARE = [3, 170, 171, 399];

let database: TestDatabase;
let ledger: TestLedger;
let stored: Stored[];

/** Roads in several batches: of them some lie under tiles that are described, and the last do not. */
async function record(): Promise<void> {
  const roads = Array.from({ length: ROADS }, (_, nth) =>
    aReleasedRoad({
      id: randomUUID(),
      action: RARE.includes(nth) ? 'rotate_secrets' : nth % 2 === 0 ? 'deploy_prod' : 'delete_resource',
      environment: nth < 300 ? 'production' : 'staging',
    }),
  );
  const all = inTopics(roads);
  const ofRoad = roads[0]?.length ?? 0;
  for (const [from, to] of [
    [0, 100],
    [100, 330],
    [330, ROADS],
  ] as const) {
    const ids = new Set(roads.slice(from, to).map(([first]) => first?.key));
    await ledger.newLedger().ledger.record(all.filter(({ key }) => ids.has(key?.slice(0, 36) ?? '')));
    if (to < ROADS) await signAll(ledger.writer);
  }
  expect(all).toHaveLength(ROADS * ofRoad);
}

beforeAll(async () => {
  database = await createTestDatabase('audit_find', LEDGER_ROLES);
  ledger = await testLedger(database);
  await record();
  ({ rows: stored } = await ledger.admin.query<Stored>(
    'SELECT seq, topic, action, environment, outcome, persons FROM record ORDER BY seq',
  ));
});
afterAll(async () => {
  await ledger.close();
  await database.drop();
});

async function found(filter: EventFilter, limit: number): Promise<string[]> {
  const events = new FindEvents(ledger.reader);
  const seqs: string[] = [];
  let after: Position | undefined;
  for (;;) {
    const page = await events.find(filter, limit, after);
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    seqs.push(...page.rows.map(({ seq }) => seq));
    if (!page.more) return seqs;
    after = page.end;
  }
}

describe('a question about facets', () => {
  it.each<[string, EventFilter, (record: Stored) => boolean]>([
    ['a rare action', { action: 'rotate_secrets' }, ({ action }) => action === 'rotate_secrets'],
    ['an action that is nowhere', { action: 'wipe' }, () => false],
    [
      'what is everywhere together with what is rare',
      { topic: 'vote.cast', person: 'erin' },
      ({ topic, persons }) => topic === 'vote.cast' && persons?.includes('erin') === true,
    ],
    [
      'a rare action at one place',
      { action: 'rotate_secrets', environment: 'production', topic: 'decision.made' },
      ({ action, environment, topic }) =>
        action === 'rotate_secrets' && environment === 'production' && topic === 'decision.made',
    ],
    ['an outcome', { outcome: 'released' }, ({ outcome }) => outcome === 'released'],
  ])('finds %s, in whatever pages, under tiles and after them', async (_what, filter, fits) => {
    const expected = stored.filter(fits).map(({ seq }) => seq);
    for (const limit of [3, 50, 200]) expect(await found(filter, limit)).toEqual(expected);
  });

  it('is answered from the tiles that are described, and from the records after them', async () => {
    const { rows } = await ledger.admin.query<{ tiles: number }>(
      'SELECT count(*)::int AS tiles FROM tile_facets',
    );
    const tiles = rows[0]?.tiles ?? 0;
    expect(tiles).toBeGreaterThan(4);
    expect(tiles * 256).toBeLessThan(stored.length);
  });

  it('keeps to its period', async () => {
    const filter = { action: 'rotate_secrets' };
    expect(await found({ ...filter, to: new Date(0) }, 50)).toEqual([]);
    expect(await found({ ...filter, from: new Date(Date.now() + 3_600_000) }, 50)).toEqual([]);
    const all = stored.filter(({ action }) => action === 'rotate_secrets').map(({ seq }) => seq);
    expect(await found({ ...filter, from: new Date(0), to: new Date(Date.now() + 3_600_000) }, 50)).toEqual(
      all,
    );
  });
});
