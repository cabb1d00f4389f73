import { type Pool } from 'pg';
import { type LedgerRow, rowColumns } from '../ledger-reader/ledger-row.js';

/** Values of a request's records up to this length (bytes) are read: more than any door lets in, and its stages add. */
const LONGEST_VALUE = 4 * 1024 * 1024;
/** A trail shows so many records at most; a request has about seven, and a few more for each vote and mail. */
export const LONGEST_TRAIL = 2_000;

/** Finds the records of a request. */
export class FindRequest {
  /** @param pool connects as `audit_reader` */
  constructor(private readonly pool: Pool) {}

  /** @returns every record of the request in the order in which they arrived, at most {@link LONGEST_TRAIL} */
  async find(requestId: string): Promise<LedgerRow[]> {
    const { rows } = await this.pool.query<LedgerRow>({
      name: 'request',
      text: `
        WITH of_request AS MATERIALIZED (SELECT * FROM record WHERE request_id = $1)
        SELECT ${rowColumns(LONGEST_VALUE)} FROM of_request ORDER BY arrived_at, seq LIMIT ${LONGEST_TRAIL}`,
      values: [requestId],
    });
    return rows;
  }
}
