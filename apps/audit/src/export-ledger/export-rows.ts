import { type LeafRange } from '@tollgate/ledger';
import { type Pool } from 'pg';
import { type EventFilter } from '../query-ledger/event-query.js';
import { conditions, Parameters, type Position } from '../query-ledger/find-events.js';
import { LEAF_COLUMNS, type LeafRow } from '../tree/leaf-row.js';
import { arrivalBound } from '../tree/leaf-row.js';
import { type Reading } from '../record-records/understand-record.js';

/** A record as an export reads it. */
export interface ExportRow extends LeafRow {
  readonly arrived_at: Date;
  readonly reading: Reading;
  readonly request_id: string | null;
  readonly event_type: string | null;
  readonly action: string | null;
  readonly environment: string | null;
  readonly risk_level: string | null;
  readonly requester: string | null;
  readonly outcome: string | null;
  readonly persons: string[] | null;
  readonly key: Buffer | null;
  readonly headers: Buffer | null;
  readonly value: Buffer | null;
}

/** So many records are looked at in one go at most. */
const WINDOW = 2_000;
/** So many bytes of values are read in one go, and the last record whole. */
const PAGE_BYTES = 4 * 1024 * 1024;

interface Looked {
  readonly looked: number;
  readonly page_is_whole: boolean;
  readonly last_arrived_at: Date | null;
  readonly last_seq: string | null;
}

/** The range of sequence numbers of a period of arrivals, of the first records of the ledger. */
export async function rangeOf(pool: Pool, { from, to }: EventFilter, size: number): Promise<LeafRange> {
  const firstAt = async (time: Date): Promise<number> => {
    const { rows } = await pool.query<{ seq: string }>(
      'SELECT seq FROM record WHERE arrived_at >= $1 ORDER BY arrived_at, seq LIMIT 1',
      [time],
    );
    return rows[0] === undefined ? size : Math.min(size, Number(rows[0].seq));
  };
  const end = to === undefined ? size : await firstAt(to);
  return { from: from === undefined ? 0 : Math.min(end, await firstAt(from)), to: end };
}

/**
 * The first record of a range that is there: another than the first of the range where months were moved out.
 * @returns the end of the range where none of it is there
 */
export async function firstPresent(pool: Pool, { from, to }: LeafRange): Promise<number> {
  const { rows } = await pool.query<{ seq: string }>(
    `SELECT seq FROM record WHERE arrived_at >= ${arrivalBound('$1')} AND seq >= $1 ORDER BY arrived_at, seq LIMIT 1`,
    [from],
  );
  return rows[0] === undefined ? to : Math.min(to, Number(rows[0].seq));
}

async function positionBefore(pool: Pool, seq: number): Promise<Position> {
  const { rows } = await pool.query<{ arrived_at: Date }>(
    `SELECT arrived_at FROM record WHERE arrived_at >= ${arrivalBound('$1')} AND seq >= $1
     ORDER BY arrived_at, seq LIMIT 1`,
    [seq],
  );
  return { arrivedAt: rows[0]?.arrived_at.getTime() ?? 0, seq: BigInt(seq) - 1n };
}

/**
 * The records of a range that fit a filter, in the order of the ledger. It reads as much as is asked for: a page of some
 * megabytes at a time, from where the last one ended, so that neither the records nor a snapshot are held.
 * @param pool connects as `audit_reader`
 */
export async function* exportRows(
  pool: Pool,
  filter: EventFilter,
  range: LeafRange,
): AsyncGenerator<ExportRow> {
  if (range.from >= range.to) return;
  let after = await positionBefore(pool, range.from);
  for (;;) {
    const { rows, end, more } = await page(pool, filter, after, range.to);
    yield* rows;
    if (!more || end === undefined) return;
    after = end;
  }
}

async function page(
  pool: Pool,
  filter: EventFilter,
  after: Position,
  to: number,
): Promise<{ rows: ExportRow[]; end: Position | undefined; more: boolean }> {
  const parameters = new Parameters();
  const arrivedAt = parameters.add(new Date(after.arrivedAt));
  const { requestId } = filter;
  // Few records are of one request: its own index finds them, whatever the planner thinks of the range.
  const source =
    requestId === undefined
      ? 'record'
      : `(SELECT * FROM record WHERE request_id = ${parameters.add(requestId)} OFFSET 0) AS record`;
  const wanted = conditions(filter, parameters);
  const { rows } = await pool.query<ExportRow & Looked>(
    `WITH looked AS MATERIALIZED (
       SELECT arrived_at, seq, topic, action, environment, risk_level, requester, outcome, persons,
              coalesce(octet_length(value), 0) + coalesce(octet_length(key), 0) + coalesce(octet_length(headers), 0) AS bytes
       FROM ${source}
       WHERE (arrived_at, seq) > (${arrivedAt}, ${parameters.add(after.seq)}) AND arrived_at >= ${arrivedAt}
         AND seq < ${parameters.add(to)}
       ORDER BY arrived_at, seq LIMIT ${WINDOW}
     ), fitting AS (
       SELECT arrived_at, seq, sum(bytes) OVER (ORDER BY arrived_at, seq) - bytes AS bytes_before FROM looked
       WHERE ${wanted.length === 0 ? 'true' : wanted.join(' AND ')}
     ), page AS (
       SELECT arrived_at, seq FROM fitting WHERE bytes_before < ${PAGE_BYTES}
     )
     SELECT whole.*, last.looked, last.last_arrived_at, last.last_seq,
            (SELECT count(*) FROM page) = (SELECT count(*) FROM fitting) AS page_is_whole
     FROM (SELECT count(*)::int AS looked, max(arrived_at) AS last_arrived_at, max(seq) AS last_seq FROM looked) AS last
     LEFT JOIN (
       SELECT ${LEAF_COLUMNS}, arrived_at, reading, request_id, event_type, action, environment, risk_level, requester,
              outcome, persons, key, headers, value
       FROM record JOIN page USING (arrived_at, seq)
     ) AS whole ON true
     ORDER BY whole.arrived_at, whole.seq`,
    parameters.values,
  );
  const [first] = rows;
  if (first === undefined || first.last_arrived_at === null || first.last_seq === null)
    return { rows: [], end: undefined, more: false };
  // Without a fitting record the join still gives one row, of which only what was looked at is set.
  const found = rows.filter(({ sha256 }) => sha256 !== null);
  const last = first.page_is_whole ? undefined : found.at(-1);
  return {
    rows: found,
    end: {
      arrivedAt: (last?.arrived_at ?? first.last_arrived_at).getTime(),
      seq: BigInt(last?.seq ?? first.last_seq),
    },
    more: !first.page_is_whole || first.looked === WINDOW,
  };
}
