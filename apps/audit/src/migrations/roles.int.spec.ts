import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { migrate } from '@tollgate/persistence';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { type Pool } from 'pg';
import { aReleasedRoad, inTopics } from '../testing/a-road.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { MIGRATIONS } from './migrations.js';

jest.setTimeout(60_000);

let database: TestDatabase;
let ledger: TestLedger;

beforeAll(async () => {
  database = await createTestDatabase('audit_roles', LEDGER_ROLES);
  ledger = await testLedger(database);
  const writer = ledger.newLedger().ledger;
  await writer.record(inTopics([aReleasedRoad()]));
  const known = inTopics([aReleasedRoad()]);
  await writer.record(known.map((record) => ({ ...record, headers: {} })));
  await writer.record(known.slice(0, 1).map((record) => ({ ...record, offset: 7n })));
  await ledger.writer.query(
    `INSERT INTO tree_tile VALUES (0, 0, now(), sha256(''), (SELECT string_agg(sha256(''), '') FROM generate_series(1, 256)))`,
  );
  await ledger.writer.query(`INSERT INTO tile_facets VALUES (0, now(), now(), '{topic:vote.cast}')`);
  await ledger.writer.query(`INSERT INTO checkpoint VALUES (1, sha256(''), 'a note', now(), now())`);
});

afterAll(async () => {
  await ledger.close();
  await database.drop();
});

const partition = (month: Date): string => `record_${month.toISOString().slice(0, 7).replace('-', '_')}`;
const thisMonth = partition(new Date());

const COLUMNS: Readonly<Record<string, string>> = {
  tree_tile: 'level = 99',
  tile_facets: 'index = 99',
  checkpoint: "note = ''",
};
const CHANGES: readonly [string, string][] = [
  'record',
  'record_default',
  thisMonth,
  'suspect',
  'gap',
  'tree_tile',
  'tile_facets',
  'checkpoint',
].flatMap((table) => [
  [`UPDATE ${table} SET ${COLUMNS[table] ?? 'partition = 99'}`, table],
  [`DELETE FROM ${table}`, table],
  [`TRUNCATE ${table}`, table],
]);
const LOSSES: readonly [string, string][] = ['next_offset', 'ledger_end'].flatMap((table) => [
  [`DELETE FROM ${table}`, table],
  [`TRUNCATE ${table}`, table],
]);

const count = async (table: string): Promise<number> => {
  const { rows } = await ledger.admin.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
  return rows[0]?.n ?? -1;
};

/** A change is refused, and changed nothing; an empty table has no row whose change could be refused. */
async function refused(pool: Pool, statement: string, table: string, why: RegExp): Promise<void> {
  const before = await count(table);
  const attempt = pool.query(statement);
  if (before === 0 && !statement.startsWith('TRUNCATE') && pool !== ledger.writer && pool !== ledger.reader) {
    await attempt;
  } else {
    await expect(attempt).rejects.toThrow(why);
  }
  expect(await count(table)).toBe(before);
}

it('has something to lose in every table', async () => {
  for (const table of [
    'record',
    thisMonth,
    'suspect',
    'gap',
    'next_offset',
    'ledger_end',
    'tree_tile',
    'tile_facets',
    'checkpoint',
  ]) {
    expect(await count(table)).toBeGreaterThan(0);
  }
});

describe.each(['writer', 'reader'] as const)('the %s', (role) => {
  it.each([...CHANGES, ...LOSSES])('has no privilege to %s', async (statement, table) => {
    await refused(ledger[role], statement, table, /permission denied/);
  });

  it.each([
    'ALTER TABLE record DISABLE TRIGGER ALL',
    'ALTER TABLE checkpoint DISABLE TRIGGER ALL',
    'DROP TABLE record',
    `ALTER TABLE record DETACH PARTITION ${thisMonth}`,
    'CREATE TABLE own (id int)',
    'CREATE TEMP TABLE own (id int)',
    'SET ROLE audit_owner',
    'SET session_replication_role = replica',
    'CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$',
  ])('may not: %s', async (statement) => {
    await expect(ledger[role].query(statement)).rejects.toThrow(/permission denied|must be owner|cannot set/);
  });

  it.each([
    'record',
    'suspect',
    'gap',
    'next_offset',
    'ledger_end',
    'tree_tile',
    'tile_facets',
    'checkpoint',
  ])('may read %s', async (table) => {
    await expect(ledger[role].query(`SELECT * FROM ${table}`)).resolves.toBeDefined();
  });
});

describe.each(['owner', 'admin'] as const)('the %s', (role) => {
  it.each([...CHANGES, ...LOSSES])('is stopped by a trigger from %s', async (statement, table) => {
    await refused(ledger[role], statement, table, /the ledger only grows/);
  });
});

describe('the administrator as a replica, for whom usual triggers do not fire', () => {
  it.each([...CHANGES, ...LOSSES])('is stopped by a trigger from %s', async (statement, table) => {
    const before = await count(table);
    const client = await ledger.admin.connect();
    try {
      await client.query('SET session_replication_role = replica');
      const attempt = client.query(statement);
      if (before === 0 && !statement.startsWith('TRUNCATE')) await attempt;
      else await expect(attempt).rejects.toThrow(/the ledger only grows/);
    } finally {
      client.release(true);
    }
    expect(await count(table)).toBe(before);
  });
});

describe('the reader', () => {
  it.each([
    `INSERT INTO gap VALUES ('t', 0, 0, 1, now(), 'unexplained', '')`,
    `INSERT INTO next_offset VALUES ('t', 0, 1)`,
    'UPDATE ledger_end SET next_seq = 0',
    'INSERT INTO record SELECT * FROM record',
    'INSERT INTO tree_tile SELECT * FROM tree_tile',
    'INSERT INTO checkpoint SELECT * FROM checkpoint',
    'INSERT INTO tile_facets SELECT * FROM tile_facets',
    'SELECT ensure_month_partitions(1)',
  ])('may not: %s', async (statement) => {
    await expect(ledger.reader.query(statement)).rejects.toThrow('permission denied');
  });
});

describe('the migrations', () => {
  it('run again without doing anything, by two at once', async () => {
    const run = () => migrate({ url: database.roleUrls['audit_owner'] ?? '', migrations: MIGRATIONS });
    await expect(Promise.all([run(), run()])).resolves.toEqual([[], []]);
  });
});
