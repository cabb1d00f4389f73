import { type Pool } from 'pg';
import { LEDGER_READ } from '../record-read/ledger-read.js';

/** What came on record since a page was made. */
export interface News {
  readonly records: number;
  /** Requests that they are about. */
  readonly requests: number;
}

/** More is not counted: the page says what there is once it is shown anew. */
const MOST_COUNTED = 1_000;

/** Looks whether something is new. */
export class LedgerNews {
  /** @param pool connects as `audit_reader` */
  constructor(private readonly pool: Pool) {}

  /** The sequence number that comes next. */
  async end(): Promise<number> {
    const { rows } = await this.pool.query<{ next_seq: string }>('SELECT next_seq FROM ledger_end');
    return Number(rows[0]?.next_seq ?? 0);
  }

  /** Of one request, from a sequence number on. */
  async ofRequest(requestId: string, since: number): Promise<News> {
    const { rows } = await this.pool.query<{ records: number }>(
      'SELECT count(*)::int AS records FROM record WHERE request_id = $1 AND seq >= $2',
      [requestId, since],
    );
    const records = rows[0]?.records ?? 0;
    return { records, requests: Math.min(records, 1) };
  }

  /** Of all requests, from a sequence number on; the newest thousand records at most. */
  async ofAll(since: number): Promise<News> {
    const { rows } = await this.pool.query<News>(
      `WITH newest AS (
         SELECT seq, topic, request_id FROM record ORDER BY arrived_at DESC, seq DESC LIMIT ${MOST_COUNTED}
       )
       SELECT count(*)::int AS records, count(DISTINCT request_id)::int AS requests FROM newest
       WHERE seq >= $1 AND topic <> $2 AND request_id IS NOT NULL`,
      [since, LEDGER_READ],
    );
    return rows[0] ?? { records: 0, requests: 0 };
  }
}
