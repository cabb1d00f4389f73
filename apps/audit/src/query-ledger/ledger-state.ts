import { type Pool } from 'pg';
import { type LedgerStateDocument } from './ledger-state.controller.js';

interface StateRow {
  readonly next_seq: string;
  readonly last_arrived_at: Date;
  readonly suspects: string;
  readonly unexplained: string;
  readonly positions: LedgerStateDocument['positions'];
}

/** Reads where the ledger stands, in one snapshot. */
export class LedgerState {
  /** @param pool connects as `audit_reader` */
  constructor(private readonly pool: Pool) {}

  async read(): Promise<LedgerStateDocument> {
    const { rows } = await this.pool.query<StateRow>(`
      SELECT
        next_seq, last_arrived_at,
        (SELECT count(*) FROM suspect) AS suspects,
        (SELECT count(*) FROM gap WHERE explanation = 'unexplained') AS unexplained,
        (SELECT coalesce(json_agg(json_build_object('topic', topic, 'partition', partition, 'next', next_offset::text)
                                  ORDER BY topic, partition), '[]') FROM next_offset) AS positions
      FROM ledger_end`);
    const [state] = rows;
    if (state === undefined)
      throw new Error('the table ledger_end is empty: the ledger was not made by its migrations');
    return {
      records: Number(state.next_seq),
      lastRecordedAt: state.last_arrived_at.toISOString(),
      suspects: Number(state.suspects),
      unexplainedGaps: Number(state.unexplained),
      positions: state.positions,
    };
  }
}
