import { type RequestWithdrawn } from '@tollgate/contracts';
import { REVISION_LOCK } from '../approval/revision-lock.js';
import { RowsStatement } from '../database/rows-statement.js';
import { type RunsOn, Statement } from '../database/statement.js';

/**
 * Openings share this lock, and withdrawals take it alone: neither can pass the other unseen, whichever topic is
 * ahead. Withdrawals are rare, so openings hardly ever wait.
 */
const WITHDRAWAL_LOCK = 7_420_001;

const lockShared = new Statement<{ now: number }>(
  'withdrawal_lock_shared',
  `WITH locked AS MATERIALIZED (
     SELECT pg_advisory_xact_lock_shared(${WITHDRAWAL_LOCK}), pg_advisory_xact_lock_shared(${REVISION_LOCK})
   )
   SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now FROM locked`,
);
const lockAlone = new Statement('withdrawal_lock_alone', `SELECT pg_advisory_xact_lock(${WITHDRAWAL_LOCK})`);

interface WithdrawalRow {
  readonly request_id: string;
  readonly event_id: string;
  readonly data: string;
}

const find = new Statement<WithdrawalRow>(
  'withdrawal_find',
  'SELECT request_id, event_id, data FROM withdrawal WHERE request_id = ANY ($1::uuid[])',
);
const insert = new RowsStatement<keyof WithdrawalRow, { request_id: string }>(
  'withdrawal_insert',
  { request_id: 'uuid', event_id: 'uuid', data: 'text' },
  (incoming, present) => `
    INSERT INTO withdrawal (request_id, event_id, data)
    SELECT request_id, event_id, data FROM ${incoming} WHERE ${present}
    ON CONFLICT (request_id) DO NOTHING RETURNING request_id`,
);

/** A withdrawal on record: the event's id and its data. */
export interface RecordedWithdrawal {
  readonly eventId: string;
  readonly withdrawal: RequestWithdrawn;
}

/** The table `withdrawal`: requests that intake let their requesters take back. */
export const withdrawals = {
  /** To be called first by a transaction that opens approvals, for both locks that it shares; answers the database's clock in milliseconds. */
  async lockShared(tx: RunsOn): Promise<number> {
    const [row] = await lockShared.run(tx);
    if (row === undefined) throw new Error('the database answered no clock');
    return row.now;
  },

  /** To be called first by a transaction that takes in withdrawals. */
  async lockAlone(tx: RunsOn): Promise<void> {
    await lockAlone.run(tx);
  },

  async find(tx: RunsOn, requestIds: readonly string[]): Promise<Map<string, RecordedWithdrawal>> {
    const rows = await find.run(tx, requestIds);
    return new Map(
      rows.map(({ request_id: requestId, event_id: eventId, data }) => {
        const withdrawal: RequestWithdrawn = JSON.parse(data);
        return [requestId, { eventId, withdrawal }];
      }),
    );
  },

  /** Keeps what is new; answers the ids of the requests whose withdrawal was not known. */
  async insert(tx: RunsOn, recorded: readonly RecordedWithdrawal[]): Promise<Set<string>> {
    const rows = await insert.run(
      tx,
      recorded.map(({ eventId, withdrawal }) => ({
        request_id: withdrawal.requestId,
        event_id: eventId,
        data: JSON.stringify(withdrawal),
      })),
    );
    return new Set(rows.map(({ request_id: requestId }) => requestId));
  },
};
