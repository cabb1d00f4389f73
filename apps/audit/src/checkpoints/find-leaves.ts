import { type Pool } from 'pg';
import { LONGEST_TRAIL } from '../request-trail/find-request.js';
import { LEAF_COLUMNS, type LeafRow } from '../tree/leaf-row.js';

/** Finds what the tree commits to of the records of a request. */
export class FindLeaves {
  /** @param pool connects as `audit_reader` */
  constructor(private readonly pool: Pool) {}

  /** @returns in the order of the ledger, as many as a trail shows */
  async ofRequest(requestId: string): Promise<LeafRow[]> {
    const { rows } = await this.pool.query<LeafRow>({
      name: 'leaves-of-request',
      text: `
        WITH of_request AS MATERIALIZED (SELECT * FROM record WHERE request_id = $1)
        SELECT ${LEAF_COLUMNS} FROM of_request ORDER BY arrived_at, seq LIMIT ${LONGEST_TRAIL}`,
      values: [requestId],
    });
    return rows;
  }
}
