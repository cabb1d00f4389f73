import { expect } from '@jest/globals';
import { type IncomingRecord } from '@tollgate/messaging';
import { type Registry } from 'prom-client';
import { ledgerEntry } from '../record-records/ledger-entry.js';
import { aReleasedRoad, inTopics } from './a-road.js';
import { type TestLedger } from './test-ledger.js';

interface StoredRecord {
  readonly seq: string;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly sha256: string;
}

const LANES_OF_A_SECTION = 100;
let sections = 0;

/** The part of a ledger that belongs to one test: partitions of its own, and the records from a sequence number on. */
export class LedgerSection {
  private constructor(
    private readonly test: TestLedger,
    /** The first partition; the next 99 belong to the test as well. */
    readonly lane: number,
    /** The sequence number of the first record. */
    readonly begin: number,
  ) {}

  static async open(test: TestLedger): Promise<LedgerSection> {
    const { rows } = await test.admin.query<{ next_seq: number }>('SELECT next_seq::int FROM ledger_end');
    return new LedgerSection(test, LANES_OF_A_SECTION * sections++, rows[0]?.next_seq ?? -1);
  }

  /** The records of three requests, in a partition of each topic. */
  roads(partition = 0): IncomingRecord[] {
    return inTopics([aReleasedRoad(), aReleasedRoad(), aReleasedRoad()], this.lane + partition);
  }

  async all(sql: string): Promise<unknown[]> {
    return (await this.test.admin.query(sql)).rows as unknown[];
  }

  /** What is in a table of findings about the partitions of the test. */
  found(table: 'suspect' | 'gap', columns = '*'): Promise<unknown[]> {
    return this.all(`SELECT ${columns} FROM ${table} WHERE partition >= ${this.lane} ORDER BY topic, 3`);
  }

  /** What the ledger must hold: each record once, at its place, with its hash, and sequence numbers without a gap. */
  async expectExactly(records: readonly IncomingRecord[]): Promise<void> {
    const { rows } = await this.test.reader.query<StoredRecord>(
      `SELECT seq, topic, partition, record_offset, encode(sha256, 'hex') AS sha256 FROM record
       WHERE seq >= $1 ORDER BY arrived_at, seq`,
      [this.begin],
    );
    expect(rows.map(({ seq }) => Number(seq))).toEqual(records.map((_, index) => this.begin + index));
    const places = rows.map((row) => `${row.topic} ${row.partition} ${row.record_offset} ${row.sha256}`);
    const expected = records
      .map(ledgerEntry)
      .map(({ topic, partition, offset, sha256 }) => `${topic} ${partition} ${offset} ${sha256}`);
    expect(places.toSorted()).toEqual(expected.toSorted());
  }
}

/** The value of a metric with these labels and no others; 0 where there is none. */
export async function metricOf(metrics: Registry, name: string, labels: object = {}): Promise<number> {
  const { values } = (await metrics.getSingleMetric(name)?.get()) ?? { values: [] };
  const wanted = JSON.stringify(labels);
  return values.find((each) => JSON.stringify(each.labels) === wanted)?.value ?? 0;
}
