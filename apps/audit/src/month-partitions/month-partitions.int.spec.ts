import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { createLogger } from '@tollgate/runtime';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { LedgerTables } from '../record-records/ledger-tables.js';
import { aReleasedRoad, inTopics } from '../testing/a-road.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { MonthPartitions } from './month-partitions.js';

jest.setTimeout(60_000);

let database: TestDatabase;
let ledger: TestLedger;

beforeAll(async () => {
  database = await createTestDatabase('audit_months', LEDGER_ROLES);
  ledger = await testLedger(database);
});

afterAll(async () => {
  await ledger.close();
  await database.drop();
});

const partitionOf = (monthsFromNow: number): string => {
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + monthsFromNow, 1));
  return `record_${month.toISOString().slice(0, 7).replace('-', '_')}`;
};

async function partitions(): Promise<string[]> {
  const { rows } = await ledger.admin.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'record'::regclass ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

it('has this month and the next three from the first migration on', async () => {
  expect(await partitions()).toEqual([...[0, 1, 2, 3].map(partitionOf), 'record_default'].toSorted());
});

it('makes the months to come as the writer, each once, by several at once', async () => {
  const tables = new LedgerTables(ledger.writer);
  const made = await Promise.all([1, 2, 3].map(() => tables.ensureMonthPartitions(5)));
  expect(made.flat().toSorted()).toEqual([partitionOf(4), partitionOf(5)]);
  expect(await partitions()).toContain(partitionOf(5));
});

it.each([-1, 25])('makes nothing for %s months', async (months) => {
  await expect(new LedgerTables(ledger.writer).ensureMonthPartitions(months)).rejects.toThrow('0 to 24');
});

it('puts a record into the partition of its month, kept as it came', async () => {
  await ledger.newLedger().ledger.record(inTopics([aReleasedRoad()]));
  const { rows } = await ledger.admin.query('SELECT DISTINCT tableoid::regclass::text AS name FROM record');
  expect(rows).toEqual([{ name: partitionOf(0) }]);
  const stored = await ledger.admin.query(
    `SELECT attstorage FROM pg_attribute WHERE attrelid = $1::regclass AND attname = 'value'`,
    [partitionOf(5)],
  );
  expect(stored.rows).toEqual([{ attstorage: 'e' }]);
});

it('keeps a record for whose month there is no partition, and leaves that month where its records are', async () => {
  const other = await createTestDatabase('audit_default', LEDGER_ROLES);
  const late = await testLedger(other);
  try {
    // As if nobody had called for months: the partitions are gone, as after a long pause they would not be there yet.
    for (const month of [0, 1, 2, 3]) await late.owner.query(`DROP TABLE ${partitionOf(month)}`);
    await late.newLedger().ledger.record(inTopics([aReleasedRoad()]));
    const made = await new LedgerTables(late.writer).ensureMonthPartitions(1);
    expect(made).toEqual([partitionOf(1)]);
    const { rows } = await late.reader.query('SELECT count(*)::int AS n FROM record');
    expect(rows).toEqual([{ n: 7 }]);
  } finally {
    await late.close();
    await other.drop();
  }
});

it('is not ready while the partitions cannot be made', async () => {
  const failing = { ensureMonthPartitions: () => Promise.reject(new Error('the database is away')) };
  const months = new MonthPartitions(failing, createLogger('audit', 'silent'));
  await expect(months.start()).rejects.toThrow('the database is away');
  months.stop();
});
