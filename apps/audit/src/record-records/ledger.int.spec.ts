import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type IncomingRecord } from '@tollgate/messaging';
import { isTransientDatabaseError } from '@tollgate/persistence';
import { createLogger } from '@tollgate/runtime';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { Registry } from 'prom-client';
import { aReleasedRoad, inTopics } from '../testing/a-road.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { ledgerEntry } from './ledger-entry.js';
import { type Addition, LedgerTables } from './ledger-tables.js';
import { Ledger } from './ledger.js';

jest.setTimeout(60_000);

let database: TestDatabase;
let test: TestLedger;
/** Each test has partitions of its own, from here on, and finds its records from this sequence number on. */
let lane = -100;
let begin = 0;

beforeAll(async () => {
  database = await createTestDatabase('audit_ledger', LEDGER_ROLES);
  test = await testLedger(database);
});

beforeEach(async () => {
  lane += 100;
  const [end] = (await all('SELECT next_seq::int FROM ledger_end')) as { next_seq: number }[];
  begin = end?.next_seq ?? -1;
});

afterAll(async () => {
  await test.close();
  await database.drop();
});

interface StoredRecord {
  readonly seq: string;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly sha256: string;
}

const stored = async (): Promise<StoredRecord[]> =>
  (
    await test.reader.query<StoredRecord>(
      `SELECT seq, topic, partition, record_offset, encode(sha256, 'hex') AS sha256 FROM record
       WHERE seq >= $1 ORDER BY arrived_at, seq`,
      [begin],
    )
  ).rows;
const all = async (sql: string): Promise<unknown[]> => (await test.admin.query(sql)).rows as unknown[];
/** The rows of this test in a table that says in which partition something was found. */
const mine = (table: 'suspect' | 'gap', columns = '*'): Promise<unknown[]> =>
  all(`SELECT ${columns} FROM ${table} WHERE partition >= ${lane} ORDER BY topic, 3`);
const metric = async (metrics: Registry, name: string, labels: object = {}): Promise<number> => {
  const { values } = (await metrics.getSingleMetric(name)?.get()) ?? { values: [] };
  const wanted = JSON.stringify(labels);
  return values.find((each) => JSON.stringify(each.labels) === wanted)?.value ?? 0;
};

/** As the lanes do with what passes: the same work again, until it is done. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 100 || !isTransientDatabaseError(error)) throw error;
    }
  }
}

/** What the ledger must hold: each record once, at its place, with its hash, and sequence numbers without a gap. */
async function expectExactly(records: readonly IncomingRecord[]): Promise<void> {
  const rows = await stored();
  expect(rows.map(({ seq }) => Number(seq))).toEqual(records.map((_, index) => begin + index));
  const places = (
    each: readonly { topic: string; partition: number; offset: bigint | string; sha256: string }[],
  ) =>
    each
      .map(({ topic, partition, offset, sha256 }) => `${topic} ${partition} ${offset} ${sha256}`)
      .toSorted();
  expect(places(rows.map((row) => ({ ...row, offset: row.record_offset })))).toEqual(
    places(records.map(ledgerEntry)),
  );
}

const threeRoads = (): IncomingRecord[] =>
  inTopics([aReleasedRoad(), aReleasedRoad(), aReleasedRoad()], lane);

describe('a record', () => {
  it('is kept byte for byte, with what questions are asked by', async () => {
    const id = randomUUID();
    const records = inTopics([aReleasedRoad({ id })], lane);
    await test.newLedger().ledger.record(records);
    const { rows } = await test.reader.query(`SELECT * FROM record WHERE seq >= ${begin} ORDER BY seq`);
    for (const [index, { topic, key, value, time }] of records.entries()) {
      expect(rows[index]).toMatchObject({
        topic,
        request_id: id,
        reading: 'event',
        broker_time: new Date(time),
      });
      expect(rows[index].key.toString()).toBe(key);
      expect(rows[index].value.equals(value)).toBe(true);
    }
    expect(rows[4]).toMatchObject({
      topic: 'decision.made',
      event_type: 'tollgate.decision.made.v1',
      action: 'deploy_prod',
      environment: 'production',
      risk_level: 'high',
      requester: 'ci-bot',
      outcome: 'approved',
      persons: ['erin'],
    });
  });

  it('is kept when it cannot be read, whatever it is', async () => {
    const [good] = threeRoads();
    if (good === undefined) throw new Error('a road has records');
    const odd: IncomingRecord[] = [
      { ...good, value: null },
      { ...good, value: Buffer.alloc(0), key: null, headers: {} },
      { ...good, value: Buffer.from([0, 0xff, 0xfe, 0x00]), key: 'nul \u0000 in a key' },
      { ...good, value: Buffer.from('{"data":{"request":{"action":"a\\u0000b"}}}'), time: -1 },
      { ...good, time: 9e18, headers: { '\u0000': Buffer.from([0]), ü: Buffer.from('ß') } },
      { ...good, value: Buffer.alloc(9 * 1024 * 1024, 'x') },
    ].map((record, index) => ({ ...record, offset: BigInt(index) }));
    await test.newLedger().ledger.record(odd);
    await expectExactly(odd);
    expect(
      await all(`SELECT reading, count(*)::int FROM record WHERE seq >= ${begin} GROUP BY 1 ORDER BY 1`),
    ).toEqual([
      { reading: 'event', count: 1 },
      { reading: 'unreadable', count: 5 },
    ]);
    const undated = `SELECT record_offset FROM record WHERE seq >= ${begin} AND broker_time IS NULL ORDER BY 1`;
    expect(await all(undated)).toEqual([{ record_offset: '3' }, { record_offset: '4' }]);
  });

  it('from outside the door is kept by place, time and hash alone', async () => {
    const [record] = threeRoads();
    if (record === undefined) throw new Error('a road has records');
    const inbound = {
      ...record,
      topic: 'request.inbound.ci-bot',
      key: 'order-4711',
      value: Buffer.from('a secret'),
    };
    const letter = {
      ...inbound,
      topic: 'intake.dead-letter',
      headers: { 'tollgate-origin-topic': Buffer.from('request.inbound.ci-bot') },
    };
    await test.newLedger().ledger.record([inbound, letter]);
    await expectExactly([inbound, letter]);
    const dump = await all(`SELECT record::text AS line FROM record WHERE seq >= ${begin}`);
    expect(dump).toHaveLength(2);
    for (const trace of ['a secret', 'order-4711']) {
      for (const form of [trace, Buffer.from(trace).toString('hex')])
        expect(JSON.stringify(dump)).not.toContain(form);
    }
  });
});

describe('each record is on record once', () => {
  it('when topics are read again from the start, in other batches', async () => {
    const records = threeRoads();
    const { ledger } = test.newLedger();
    expect(await ledger.record(records)).toEqual({ added: 21, known: 0, suspects: 0, gaps: 0 });
    for (const size of [1, 4, 21]) {
      for (let begin = 0; begin < records.length; begin += size) {
        await ledger.record(records.slice(begin, begin + size));
      }
    }
    const again = test.newLedger().ledger;
    expect(await again.record(records)).toEqual({ added: 0, known: 21, suspects: 0, gaps: 0 });
    await expectExactly(records);
  });

  it('when several writers get the same records at once', async () => {
    const records = Array.from({ length: 20 }, () => threeRoads()).flatMap((road, partition) =>
      road.map((record) => ({ ...record, partition: lane + partition })),
    );
    const writers = [1, 2, 3, 4].map(() => test.newLedger().ledger);
    await Promise.all(
      writers.map(async (writer, nth) => {
        // Every partition in its order, but each writer beginning with another one.
        for (let round = 0; round < 20; round++) {
          await writer.record(
            records.filter(({ partition }) => partition === lane + ((round + 5 * nth) % 20)),
          );
        }
      }),
    );
    expect(await stored()).toHaveLength(20 * 21);
    await expectExactly(records);
    expect(await mine('suspect')).toEqual([]);
    expect(await mine('gap')).toEqual([]);
  });

  it('when the connection is cut in the middle, again and again', async () => {
    const records = Array.from({ length: 20 }, () => threeRoads()).flatMap((road, partition) =>
      road.map((record) => ({ ...record, partition: lane + partition })),
    );
    const { ledger } = test.newLedger();
    const cut = () =>
      test.admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND usename = 'audit_writer'`,
      );
    let failures = 0;
    for (let at = 0; at < records.length; at += 10) {
      const batch = records.slice(at, at + 10);
      const [attempt] = await Promise.allSettled([ledger.record(batch), cut()]);
      if (attempt.status === 'fulfilled') continue;
      failures += 1;
      await again(() => ledger.record(batch));
    }
    expect(failures).toBeGreaterThan(0);
    await expectExactly(records);
  });

  it('when the answer of a write that took place is lost', async () => {
    class Forgetful extends LedgerTables {
      override async append(addition: Addition): Promise<boolean> {
        await super.append(addition);
        throw new Error('Connection terminated unexpectedly');
      }
    }
    const logger = createLogger('audit', 'silent');
    const forgetful = new Ledger({ tables: new Forgetful(test.writer), logger, metrics: new Registry() });
    const records = threeRoads();
    await expect(forgetful.record(records.slice(0, 10))).rejects.toThrow('Connection terminated');
    await expect(forgetful.record(records)).rejects.toThrow('Connection terminated');
    expect(await forgetful.record(records)).toEqual({ added: 0, known: 21, suspects: 0, gaps: 0 });
    await expectExactly(records);
  });

  it('with sequence numbers and arrivals that ascend in the order of the commits', async () => {
    const { ledger } = test.newLedger();
    for (const record of threeRoads()) await ledger.record([record]);
    const rows = (await all(`SELECT arrived_at FROM record WHERE seq >= ${begin} ORDER BY seq`)) as {
      arrived_at: Date;
    }[];
    const arrivals = rows.map(({ arrived_at }) => arrived_at.getTime());
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
  });
});

describe('other bytes at a known place', () => {
  it('are kept among the suspects, once, with an alarm, and the record stays', async () => {
    const records = threeRoads();
    const { ledger, metrics } = test.newLedger();
    await ledger.record(records);
    const forged = records.map((record, index) =>
      index === 5 ? { ...record, value: Buffer.from(`${record.value}`.replace('passed', 'failed')) } : record,
    );
    expect(await ledger.record(forged)).toMatchObject({ known: 20, suspects: 1 });
    expect(await ledger.record(forged)).toMatchObject({ known: 20, suspects: 1 });
    await expectExactly(records);
    expect(await metric(metrics, 'tollgate_suspects_total')).toBe(1);
    const [place, other] = [records[5], forged[5]];
    if (place === undefined || other === undefined) throw new Error('there are more than five records');
    const columns = `topic, partition, record_offset, encode(known_sha256, 'hex') AS known, encode(sha256, 'hex') AS found, value`;
    expect(await mine('suspect', columns)).toEqual([
      {
        topic: place.topic,
        partition: lane,
        record_offset: String(place.offset),
        known: ledgerEntry(place).sha256,
        found: ledgerEntry(other).sha256,
        value: other.value,
      },
    ]);
  });

  it.each<[string, (record: IncomingRecord) => IncomingRecord]>([
    ['the key', (record) => ({ ...record, key: `${record.key}x` })],
    ['a header', (record) => ({ ...record, headers: { ...record.headers, more: Buffer.from('x') } })],
    ['a value that is gone', (record) => ({ ...record, value: null })],
  ])('are found in %s too', async (_, forge) => {
    const [record] = threeRoads();
    if (record === undefined) throw new Error('a road has records');
    const { ledger } = test.newLedger();
    await ledger.record([record]);
    expect(await ledger.record([forge(record)])).toMatchObject({ suspects: 1 });
  });

  it('are found in what was withheld, and withheld as well', async () => {
    const [record] = threeRoads();
    if (record === undefined) throw new Error('a road has records');
    const inbound = { ...record, topic: 'request.inbound.ci-bot' };
    const { ledger } = test.newLedger();
    await ledger.record([inbound]);
    expect(await ledger.record([inbound])).toMatchObject({ known: 1, suspects: 0 });
    expect(await ledger.record([{ ...inbound, value: Buffer.from('a secret') }])).toMatchObject({
      suspects: 1,
    });
    expect(await mine('suspect', 'key, headers, value')).toEqual([{ key: null, headers: null, value: null }]);
  });
});

describe('offsets that are missing', () => {
  const DAY = 86_400_000;
  const [record] = aReleasedRoad();
  if (record === undefined) throw new Error('a road has records');
  const at = (offset: number, time: number): IncomingRecord => ({
    ...record,
    partition: lane,
    offset: BigInt(offset),
    time,
  });
  const gaps = () => mine('gap', 'topic, explanation, from_offset, to_offset');

  it('are on record with an explanation, once, and what follows too', async () => {
    const now = Date.UTC(2026, 10, 22);
    const { ledger, metrics } = test.newLedger(() => now);
    const records = [at(5, now - 30 * DAY), at(9, now - DAY), at(12, now)];
    expect(await ledger.record(records)).toMatchObject({ added: 3, gaps: 3 });
    await test.newLedger(() => now).ledger.record(records);
    expect(await gaps()).toEqual([
      { topic: 'request.submitted', from_offset: '0', to_offset: '5', explanation: 'compacted' },
      { topic: 'request.submitted', from_offset: '6', to_offset: '9', explanation: 'compacted' },
      { topic: 'request.submitted', from_offset: '10', to_offset: '12', explanation: 'unexplained' },
    ]);
    expect(await metric(metrics, 'tollgate_ledger_gaps_total', { explanation: 'unexplained' })).toBe(1);
    await expectExactly(records);
  });

  it('are explained by the record before them where that came in an earlier batch', async () => {
    const now = Date.UTC(2026, 10, 22);
    const { ledger } = test.newLedger(() => now);
    await ledger.record([at(0, now - 8 * DAY)]);
    await ledger.record([at(3, now)]);
    await ledger.record([at(6, now)]);
    expect(await gaps()).toMatchObject([
      { from_offset: '1', explanation: 'compacted' },
      { from_offset: '4', explanation: 'unexplained' },
    ]);
  });

  it('that turn up later are suspects, as they were passed over', async () => {
    const { ledger } = test.newLedger();
    await ledger.record([at(0, 0), at(3, 0)]);
    expect(await ledger.record([at(1, 0)])).toMatchObject({ added: 0, suspects: 1 });
    expect(await mine('suspect', 'record_offset, known_sha256, partition')).toEqual([
      { record_offset: '1', known_sha256: null, partition: lane },
    ]);
  });
});

describe('the metrics', () => {
  it('say how far the ledger is, before the first record of a new process', async () => {
    await test.newLedger().ledger.record(threeRoads());
    const { ledger, metrics } = test.newLedger();
    await ledger.open();
    const labels = { topic: 'action.released', partition: String(lane) };
    expect(await metric(metrics, 'tollgate_ledger_next_offset', labels)).toBe(3);
  });
});
