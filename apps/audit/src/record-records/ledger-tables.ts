import { type Pool } from 'pg';
import { BinaryColumns, isDatedTime } from './binary-columns.js';
import { type ExplainedGap } from './explain-gap.js';
import { type LedgerEntry } from './ledger-entry.js';
import { laneOf, type NextOffset, type Place, placeOf } from './plan-append.js';

/** Where the ledger ends. */
export interface LedgerEnd {
  /** The sequence number of the record that comes next, from 0; so many records there are. */
  readonly nextSeq: bigint;
  /** The next offset of each partition, by {@link laneOf}. */
  readonly next: ReadonlyMap<string, bigint>;
}

/** Offsets that are not on record, with the reason. */
export interface Gap extends ExplainedGap {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** What one append adds. */
export interface Addition {
  /** The end of the ledger that it was planned for. */
  readonly end: LedgerEnd;
  readonly entries: readonly LedgerEntry[];
  readonly gaps: readonly Gap[];
  readonly moved: readonly NextOffset[];
}

/** Other bytes than those on record. */
export interface Suspect {
  readonly entry: LedgerEntry;
  /** The hash on record; undefined where nothing is, at a place that was passed over. */
  readonly knownSha256: string | undefined;
}

const READ_END = `
  SELECT next_seq, ARRAY(SELECT topic || ' ' || partition || ' ' || next_offset FROM next_offset) AS lanes
  FROM ledger_end`;

/**
 * Everything of an append in one statement, so in one transaction and one round trip. It does nothing at all unless the
 * end of the ledger is still where the append was planned for; the row lock on it makes writers queue.
 * Arrays are unnested in the select list, where Postgres streams them; in FROM it would write them to a temporary store.
 */
const APPEND = `
  WITH moved_end AS (
    UPDATE ledger_end
    SET next_seq = next_seq + $2, last_arrived_at = greatest(last_arrived_at, date_trunc('milliseconds', clock_timestamp()))
    WHERE next_seq = $1
    RETURNING last_arrived_at
  ), offsets AS (
    INSERT INTO next_offset (topic, partition, next_offset)
    SELECT topic, partition, next
    FROM unnest($3::text[], $4::int[], $5::bigint[]) AS lane (topic, partition, next)
    WHERE EXISTS (SELECT FROM moved_end)
    ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
  ), gaps AS (
    INSERT INTO gap (topic, partition, from_offset, to_offset, found_at, explanation, detail)
    SELECT topic, partition, low, high, now(), explanation, detail
    FROM unnest($6::text[], $7::int[], $8::bigint[], $9::bigint[], $10::text[], $11::text[])
      AS gap (topic, partition, low, high, explanation, detail)
    WHERE EXISTS (SELECT FROM moved_end)
  ), records AS (
    INSERT INTO record (
      arrived_at, seq, record_offset, broker_time, request_id, partition, topic, reading, sha256, event_type,
      action, environment, risk_level, requester, outcome, persons, key, headers, value)
    SELECT
      (SELECT last_arrived_at FROM moved_end), $1 + nth, record_offset, broker_time, request_id, partition, topic, reading,
      sha256, event_type, action, environment, risk_level, requester, outcome, string_to_array(persons, ' '),
      key, headers, value
    FROM (
      SELECT
        generate_series(0, $2 - 1) AS nth,
        unnest($12::bigint[]) AS record_offset,
        unnest($13::timestamptz[]) AS broker_time,
        unnest($14::uuid[]) AS request_id,
        unnest($15::int[]) AS partition,
        unnest($16::text[]) AS topic,
        unnest($17::text[]) AS reading,
        unnest($18::bytea[]) AS sha256,
        unnest($19::text[]) AS event_type,
        unnest($20::text[]) AS action,
        unnest($21::text[]) AS environment,
        unnest($22::text[]) AS risk_level,
        unnest($23::text[]) AS requester,
        unnest($24::text[]) AS outcome,
        unnest($25::text[]) AS persons,
        unnest($26::bytea[]) AS key,
        unnest($27::bytea[]) AS headers,
        unnest($28::bytea[]) AS value
    ) AS entry
    WHERE EXISTS (SELECT FROM moved_end)
  )
  SELECT FROM moved_end`;

/** By place, in whatever month it arrived; LATERAL makes it one look into the index for each partition of a topic. */
const HASHES = `
  SELECT lane.topic, lane.partition, known.record_offset, known.sha256
  FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) AS lane (topic, partition, low, high)
  CROSS JOIN LATERAL (
    SELECT record_offset, encode(sha256, 'hex') AS sha256
    FROM record
    WHERE topic = lane.topic AND partition = lane.partition AND record_offset BETWEEN lane.low AND lane.high
    ORDER BY record_offset
  ) AS known`;

const LAST_TIME = `
  SELECT extract(epoch FROM broker_time) * 1000 AS ms
  FROM record
  WHERE topic = $1 AND partition = $2 AND record_offset < $3
  ORDER BY record_offset DESC
  LIMIT 1`;

const ADD_SUSPECT = `
  INSERT INTO suspect (topic, partition, record_offset, sha256, known_sha256, broker_time, key, headers, value)
  VALUES ($1, $2, $3, decode($4, 'hex'), decode($5, 'hex'), $6, $7, $8, $9)
  ON CONFLICT DO NOTHING`;

const COLUMNS_CAPACITY = 1024 * 1024;

/** The SQL of the ledger's writer. */
export class LedgerTables {
  readonly #columns = new BinaryColumns(COLUMNS_CAPACITY);

  /** @param pool connects as `audit_writer` */
  constructor(private readonly pool: Pool) {}

  /** Where the ledger ends, in one snapshot. */
  async readEnd(): Promise<LedgerEnd> {
    const { rows } = await this.pool.query<{ next_seq: string; lanes: string[] }>(READ_END);
    const [end] = rows;
    if (end === undefined)
      throw new Error('the table ledger_end is empty: the ledger was not made by its migrations');
    const next = new Map(
      end.lanes.map((line): [string, bigint] => {
        const [topic = '', partition = '', offset = ''] = line.split(' ');
        return [laneOf({ topic, partition: Number(partition) }), BigInt(offset)];
      }),
    );
    return { nextSeq: BigInt(end.next_seq), next };
  }

  /**
   * Adds entries, gaps and the new next offsets, all or nothing, on disk when it returns.
   * @returns false when nothing was added, as the ledger does not end there any more
   */
  async append({ end, entries, gaps, moved }: Addition): Promise<boolean> {
    const columns = this.#columns;
    columns.reset();
    const values = [
      end.nextSeq.toString(),
      entries.length,
      columns.text(moved, ({ topic }) => topic),
      columns.int4(moved, ({ partition }) => partition),
      columns.int8(moved, ({ next }) => next),
      columns.text(gaps, ({ topic }) => topic),
      columns.int4(gaps, ({ partition }) => partition),
      columns.int8(gaps, ({ from }) => from),
      columns.int8(gaps, ({ to }) => to),
      columns.text(gaps, ({ explanation }) => explanation),
      columns.text(gaps, ({ detail }) => detail),
      columns.int8(entries, ({ offset }) => offset),
      columns.timestamptz(entries, ({ time }) => time),
      columns.uuid(entries, ({ requestId }) => requestId),
      columns.int4(entries, ({ partition }) => partition),
      columns.text(entries, ({ topic }) => topic),
      columns.text(entries, ({ reading }) => reading),
      columns.hex(entries, ({ sha256 }) => sha256),
      columns.text(entries, ({ eventType }) => eventType),
      columns.text(entries, ({ action }) => action),
      columns.text(entries, ({ environment }) => environment),
      columns.text(entries, ({ riskLevel }) => riskLevel),
      columns.text(entries, ({ requester }) => requester),
      columns.text(entries, ({ outcome }) => outcome),
      columns.text(entries, ({ persons }) => (persons?.length ? persons.join(' ') : undefined)),
      columns.bytea(entries, ({ bytes }) => bytes.key),
      columns.bytea(entries, ({ bytes }) => bytes.headers),
      columns.bytea(entries, ({ bytes }) => bytes.value),
    ];
    const { rowCount } = await this.pool.query({ name: 'append', text: APPEND, values });
    return rowCount === 1;
  }

  /** The hashes on record (hex) of the places from the lowest to the highest of each partition, by {@link placeOf}. */
  async hashesAt(places: readonly Place[]): Promise<ReadonlyMap<string, string>> {
    const ranges = new Map<string, { topic: string; partition: number; low: bigint; high: bigint }>();
    for (const { topic, partition, offset } of places) {
      const lane = laneOf({ topic, partition });
      const range = ranges.get(lane) ?? { topic, partition, low: offset, high: offset };
      if (offset < range.low) range.low = offset;
      if (offset > range.high) range.high = offset;
      ranges.set(lane, range);
    }
    const lanes = [...ranges.values()];
    const { rows } = await this.pool.query<{
      topic: string;
      partition: number;
      record_offset: string;
      sha256: string;
    }>({
      name: 'hashes',
      text: HASHES,
      values: [
        lanes.map(({ topic }) => topic),
        lanes.map(({ partition }) => partition),
        lanes.map(({ low }) => low),
        lanes.map(({ high }) => high),
      ],
    });
    return new Map(
      rows.map(({ topic, partition, record_offset: offset, sha256 }) => [
        placeOf({ topic, partition, offset: BigInt(offset) }),
        sha256,
      ]),
    );
  }

  /** The broker's time (ms since 1970) of the last record before a place; undefined where there is none. */
  async timeBefore({ topic, partition, offset }: Place): Promise<number | undefined> {
    const { rows } = await this.pool.query<{ ms: string | null }>(LAST_TIME, [topic, partition, offset]);
    const ms = rows[0]?.ms;
    return ms === undefined || ms === null ? undefined : Number(ms);
  }

  /** @returns true when this suspect was not known yet */
  async addSuspect({ entry, knownSha256 }: Suspect): Promise<boolean> {
    const { topic, partition, offset, sha256, time, bytes } = entry;
    const brokerTime = isDatedTime(time) ? new Date(time) : null;
    const values = [
      topic,
      partition,
      offset,
      sha256,
      knownSha256 ?? null,
      brokerTime,
      bytes.key,
      bytes.headers,
      bytes.value,
    ];
    const { rowCount } = await this.pool.query(ADD_SUSPECT, values);
    return rowCount === 1;
  }

  /** Makes the partitions of the coming months; @returns the names of those that were made */
  async ensureMonthPartitions(monthsAhead: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ name: string }>(
      'SELECT * FROM ensure_month_partitions($1) AS name',
      [monthsAhead],
    );
    return rows.map(({ name }) => name);
  }
}
