import { type LeafRange } from '@tollgate/ledger';
import { sqlStateOf } from '@tollgate/persistence';
import { Problem } from '@tollgate/runtime';
import { type Pool } from 'pg';
import { LEDGER_READ } from '../record-read/ledger-read.js';
import { arrivalBound } from '../tree/leaf-row.js';
import { type Report, type ReportRow } from './report.js';

/** A report has so many rows at most. */
const MOST_ROWS = 20_000;
const QUERY_CANCELED = '57014';

/** What a report is about: everything of its topics in a range of the ledger. */
export interface ReportPopulation {
  /** Records of the report's topics in the range. */
  readonly records: number;
  /** Of them, those that no event could be read from. */
  readonly unreadable: number;
}

/** 422: for whoever asked for more than an answer can hold. */
const tooMuch = (): Problem =>
  new Problem(422, 'too-much', 'The period holds too much for one answer', {
    detail: `A report has at most ${MOST_ROWS} rows and half a minute: ask for a shorter period by from and to.`,
  });

const EVENT = `
  event AS MATERIALIZED (
    SELECT seq, arrived_at, request_id, topic, data FROM (
      SELECT seq, arrived_at, request_id, topic,
             CASE WHEN topic = '${LEDGER_READ}' THEN body ELSE body->'data' END AS data,
             row_number() OVER (PARTITION BY topic, CASE WHEN topic = '${LEDGER_READ}' THEN seq::text::bytea ELSE key END ORDER BY seq) AS nth
      FROM (
        SELECT seq, arrived_at, request_id, topic, key, convert_from(value, 'UTF8')::jsonb AS body
        FROM population WHERE is_readable
        OFFSET 0
      ) AS parsed
    ) AS numbered WHERE nth = 1
  )`;

/** An event is UTF-8, and still may be JSON that Postgres cannot hold: an escaped NUL, half of a surrogate pair. */
const POPULATION = `
  SELECT seq, arrived_at, request_id, topic, key, value,
         CASE WHEN reading = 'event' THEN pg_input_is_valid(convert_from(value, 'UTF8'), 'jsonb') ELSE false END AS is_readable
  FROM record
  WHERE arrived_at >= ${arrivalBound('$2')} AND topic = ANY ($1) AND seq >= $2 AND seq < $3`;

/** Computes reports from the records alone. */
export class MakeReport {
  /** @param pool connects as `audit_reader` */
  constructor(private readonly pool: Pool) {}

  /**
   * @param range of sequence numbers
   * @throws Problem 422 for more than an answer can hold
   */
  async make(
    { topics, sql }: Report,
    { from, to }: LeafRange,
  ): Promise<{ readonly rows: readonly ReportRow[]; readonly population: ReportPopulation }> {
    const values = [topics, from, to];
    try {
      const counted = await this.pool.query<{ records: number; unreadable: number }>(
        `SELECT count(*)::int AS records, (count(*) FILTER (WHERE NOT is_readable))::int AS unreadable
         FROM (${POPULATION}) AS population`,
        values,
      );
      const { rows } = await this.pool.query<ReportRow>(
        `WITH population AS (${POPULATION}), ${EVENT} SELECT * FROM (${sql}) AS report LIMIT ${MOST_ROWS + 1}`,
        values,
      );
      if (rows.length > MOST_ROWS) throw tooMuch();
      return { rows, population: counted.rows[0] ?? { records: 0, unreadable: 0 } };
    } catch (error) {
      if (sqlStateOf(error) === QUERY_CANCELED) throw tooMuch();
      throw error;
    }
  }
}
