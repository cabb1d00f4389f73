import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type IncomingRecord } from '@tollgate/messaging';
import { createTestDatabase, type TestDatabase } from '@tollgate/servers';
import { aReleasedRoad } from '../testing/a-road.js';
import { LedgerSection, metricOf } from '../testing/ledger-section.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { ledgerEntry } from './ledger-entry.js';

jest.setTimeout(60_000);

let database: TestDatabase;
let test: TestLedger;
let section: LedgerSection;

beforeAll(async () => {
  database = await createTestDatabase('audit_suspects', LEDGER_ROLES);
  test = await testLedger(database);
});

beforeEach(async () => {
  section = await LedgerSection.open(test);
});

afterAll(async () => {
  await test.close();
  await database.drop();
});

describe('other bytes at a known place', () => {
  it('are kept among the suspects, once, with an alarm, and the record stays', async () => {
    const records = section.roads();
    const { ledger, metrics } = test.newLedger();
    await ledger.record(records);
    const forged = records.map((record, index) =>
      index === 5 ? { ...record, value: Buffer.from(`${record.value}`.replace('passed', 'failed')) } : record,
    );
    expect(await ledger.record(forged)).toMatchObject({ known: 20, suspects: 1 });
    expect(await ledger.record(forged)).toMatchObject({ known: 20, suspects: 1 });
    await section.expectExactly(records);
    expect(await metricOf(metrics, 'tollgate_suspects_total')).toBe(1);
    const [place, other] = [records[5], forged[5]];
    if (place === undefined || other === undefined) throw new Error('there are more than five records');
    const columns = `topic, partition, record_offset, encode(known_sha256, 'hex') AS known, encode(sha256, 'hex') AS found, value`;
    expect(await section.found('suspect', columns)).toEqual([
      {
        topic: place.topic,
        partition: section.lane,
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
    const [record] = section.roads();
    if (record === undefined) throw new Error('a road has records');
    const { ledger } = test.newLedger();
    await ledger.record([record]);
    expect(await ledger.record([forge(record)])).toMatchObject({ suspects: 1 });
  });

  it('are found in what was withheld, and withheld as well', async () => {
    const [record] = section.roads();
    if (record === undefined) throw new Error('a road has records');
    const inbound = { ...record, topic: 'request.inbound.ci-bot' };
    const { ledger } = test.newLedger();
    await ledger.record([inbound]);
    expect(await ledger.record([inbound])).toMatchObject({ known: 1, suspects: 0 });
    expect(await ledger.record([{ ...inbound, value: Buffer.from('a secret') }])).toMatchObject({
      suspects: 1,
    });
    expect(await section.found('suspect', 'key, headers, value')).toEqual([
      { key: null, headers: null, value: null },
    ]);
  });
});

describe('offsets that are missing', () => {
  const DAY = 86_400_000;
  const [record] = aReleasedRoad();
  if (record === undefined) throw new Error('a road has records');
  const at = (offset: number, time: number): IncomingRecord => ({
    ...record,
    partition: section.lane,
    offset: BigInt(offset),
    time,
  });
  const gaps = () => section.found('gap', 'topic, explanation, from_offset, to_offset');

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
    expect(await metricOf(metrics, 'tollgate_ledger_gaps_total', { explanation: 'unexplained' })).toBe(1);
    await section.expectExactly(records);
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
    expect(await section.found('suspect', 'record_offset, known_sha256, partition')).toEqual([
      { record_offset: '1', known_sha256: null, partition: section.lane },
    ]);
  });
});
