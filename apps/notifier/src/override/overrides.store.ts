import { type Override } from '@tollgate/contracts';
import { type RunsOn, Statement } from '../database/statement.js';

const insert = new Statement(
  'override_insert',
  `INSERT INTO guardrail_override (request_id, number, guardrail, person, justification, at, authentication, view)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

const tell = new Statement(
  'override_tell_approval',
  'UPDATE approval SET overrides = $2 WHERE request_id = $1',
);

const findView = new Statement<{ readonly found: number }>(
  'override_find_view',
  'SELECT 1 AS found FROM guardrail_override WHERE view = $1',
);

/** The table `guardrail_override`, which only grows, and what an approval's row says of it. */
export const overrides = {
  /**
   * Adds the last one of these to an approval that this transaction has locked.
   * @param view the hash of the one-time value of the page view by which it came; undefined where it came otherwise
   */
  async add(
    tx: RunsOn,
    requestId: string,
    all: readonly Override[],
    view: string | undefined,
  ): Promise<void> {
    const last = all.at(-1);
    if (last === undefined) return;
    await insert.run(
      tx,
      requestId,
      all.length,
      last.guardrail,
      last.person,
      last.justification,
      last.at,
      last.authentication,
      view ?? null,
    );
    await tell.run(tx, requestId, JSON.stringify(all));
  },

  /** Whether a page view was used for an override already. */
  async isUsed(tx: RunsOn, view: string): Promise<boolean> {
    return (await findView.run(tx, view)).length > 0;
  },
};
