import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type IncomingRecord } from '@tollgate/messaging';
import { isTransientDatabaseError } from '@tollgate/persistence';
import { createLogger } from '@tollgate/runtime';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { Registry } from 'prom-client';
import { aReleasedRoad, inTopics } from '../testing/a-road.js';
import { LedgerSection, metricOf } from '../testing/ledger-section.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { type Addition, LedgerTables } from './ledger-tables.js';
import { Ledger } from './ledger.js';

jest.setTimeout(60_000);

let database: TestDatabase;
let test: TestLedger;
let section: LedgerSection;

beforeAll(async () => {
  database = await createTestDatabase('audit_ledger', LEDGER_ROLES);
  test = await testLedger(database);
});

beforeEach(async () => {
  section = await LedgerSection.open(test);
});

afterAll(async () => {
  await test.close();
  await database.drop();
});

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

describe('a record', () => {
  it('is kept byte for byte, with what questions are asked by', async () => {
    const id = randomUUID();
    const records = inTopics([aReleasedRoad({ id })], section.lane);
    await test.newLedger().ledger.record(records);
    const { rows } = await test.reader.query(
      `SELECT * FROM record WHERE seq >= ${section.begin} ORDER BY seq`,
    );
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
    const [good] = section.roads();
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
    await section.expectExactly(odd);
    expect(
      await section.all(
        `SELECT reading, count(*)::int FROM record WHERE seq >= ${section.begin} GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      { reading: 'event', count: 1 },
      { reading: 'unreadable', count: 5 },
    ]);
    const undated = `SELECT record_offset FROM record WHERE seq >= ${section.begin} AND broker_time IS NULL ORDER BY 1`;
    expect(await section.all(undated)).toEqual([{ record_offset: '3' }, { record_offset: '4' }]);
  });

  it('from outside the door is kept by place, time and hash alone', async () => {
    const [record] = section.roads();
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
    await section.expectExactly([inbound, letter]);
    const dump = await section.all(`SELECT record::text AS line FROM record WHERE seq >= ${section.begin}`);
    expect(dump).toHaveLength(2);
    for (const trace of ['a secret', 'order-4711']) {
      for (const form of [trace, Buffer.from(trace).toString('hex')])
        expect(JSON.stringify(dump)).not.toContain(form);
    }
  });
});

describe('each record is on record once', () => {
  it('when topics are read again from the start, in other batches', async () => {
    const records = section.roads();
    const { ledger } = test.newLedger();
    expect(await ledger.record(records)).toEqual({ added: 21, known: 0, suspects: 0, gaps: 0 });
    for (const size of [1, 4, 21]) {
      for (let begin = 0; begin < records.length; begin += size) {
        await ledger.record(records.slice(begin, begin + size));
      }
    }
    const again = test.newLedger().ledger;
    expect(await again.record(records)).toEqual({ added: 0, known: 21, suspects: 0, gaps: 0 });
    await section.expectExactly(records);
  });

  it('when several writers get the same records at once', async () => {
    const records = Array.from({ length: 20 }, (_, partition) => section.roads(partition)).flat();
    const writers = [1, 2, 3, 4].map(() => test.newLedger().ledger);
    await Promise.all(
      writers.map(async (writer, nth) => {
        // Every partition in its order, but each writer beginning with another one.
        for (let round = 0; round < 20; round++) {
          await writer.record(
            records.filter(({ partition }) => partition === section.lane + ((round + 5 * nth) % 20)),
          );
        }
      }),
    );
    await section.expectExactly(records);
    expect(await section.found('suspect')).toEqual([]);
    expect(await section.found('gap')).toEqual([]);
  });

  it('when the connection is cut in the middle, again and again', async () => {
    const records = Array.from({ length: 20 }, (_, partition) => section.roads(partition)).flat();
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
    await section.expectExactly(records);
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
    const records = section.roads();
    await expect(forgetful.record(records.slice(0, 10))).rejects.toThrow('Connection terminated');
    await expect(forgetful.record(records)).rejects.toThrow('Connection terminated');
    expect(await forgetful.record(records)).toEqual({ added: 0, known: 21, suspects: 0, gaps: 0 });
    await section.expectExactly(records);
  });

  it('with sequence numbers and arrivals that ascend in the order of the commits', async () => {
    const { ledger } = test.newLedger();
    for (const record of section.roads()) await ledger.record([record]);
    const rows = (await section.all(
      `SELECT arrived_at FROM record WHERE seq >= ${section.begin} ORDER BY seq`,
    )) as {
      arrived_at: Date;
    }[];
    const arrivals = rows.map(({ arrived_at }) => arrived_at.getTime());
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
  });
});

describe('the metrics', () => {
  it('say how far the ledger is, before the first record of a new process', async () => {
    await test.newLedger().ledger.record(section.roads());
    const { ledger, metrics } = test.newLedger();
    await ledger.open();
    const labels = { topic: 'action.released', partition: String(section.lane) };
    expect(await metricOf(metrics, 'tollgate_ledger_next_offset', labels)).toBe(3);
  });
});
