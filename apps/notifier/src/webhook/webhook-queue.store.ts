import { type AttemptResult } from '@tollgate/webhooks';
import { milliseconds } from '../approval/approvals.store.js';
import { RowsStatement } from '../database/rows-statement.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { type WebhookNotice, type WebhookType } from './webhook-message.js';

/**
 * The setting of a database connection by which approvals say on their row that the webhook is owed something. Where no
 * webhook is configured nothing is written, and no index grows.
 */
export const WEBHOOK_SESSION = { 'tollgate.approval_webhook': 'on' } as const;

/** A notice that is to be sent, kept for this process for a while. */
export interface ClaimedNotice extends WebhookNotice {
  /** How often it was tried, this time included. */
  readonly attempts: number;
}

/** A claimed notice with what became of it. */
export interface SettledNotice {
  readonly notice: ClaimedNotice;
  readonly result: AttemptResult;
}

interface NoticeRow {
  readonly request_id: string;
  readonly number: number;
  readonly type: WebhookType;
  readonly step: number;
  readonly persons: string[];
  readonly deadline: number;
  readonly noticed_at: number;
  readonly attempts: number;
}

/** Longer than a message may take: a notice whose process died is taken by another one then. */
const CLAIM_SECONDS = 60;

// What happened to an approval since the last notice about it. One that waited for nobody is no news; one that closed
// before anybody looked opens and closes. A notice is due no earlier than the one before it.
const queueOwed = new Statement<{ owed: number; queued: number }>(
  'webhook_queue_owed',
  `WITH owed AS MATERIALIZED (
     SELECT request_id, status, step, approvers, deadline FROM approval
     WHERE webhook_owed ORDER BY opened_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
   ), told AS MATERIALIZED (
     SELECT DISTINCT ON (request_id) request_id, number, type, step, persons, deadline,
            CASE WHEN state = 'queued' THEN next_attempt_at END AS next_attempt_at
     FROM approval_webhook WHERE request_id IN (SELECT request_id FROM owed) ORDER BY request_id, number DESC
   ), news AS (
     SELECT owed.*, 1 AS number, 'approval.opened' AS type, NULL::timestamptz AS after
     FROM owed WHERE NOT EXISTS (SELECT FROM told WHERE told.request_id = owed.request_id)
     UNION ALL
     SELECT owed.*, told.number + 1, 'approval.changed', told.next_attempt_at
     FROM owed JOIN told USING (request_id)
     WHERE owed.status = 'pending' AND (owed.step, owed.approvers, owed.deadline) IS DISTINCT FROM
                                       (told.step, told.persons, told.deadline)
     UNION ALL
     SELECT owed.*, coalesce(told.number, 1) + 1, 'approval.closed', told.next_attempt_at
     FROM owed LEFT JOIN told USING (request_id)
     WHERE owed.status = 'closed' AND told.type IS DISTINCT FROM 'approval.closed'
   ), queued AS (
     INSERT INTO approval_webhook (request_id, number, type, step, persons, deadline, noticed_at, next_attempt_at)
     SELECT request_id, number, type, step, approvers, deadline, clock_timestamp(), coalesce(after, clock_timestamp())
     FROM news WHERE deadline IS NOT NULL
     ON CONFLICT DO NOTHING RETURNING 1
   ), settled AS (
     UPDATE approval SET webhook_owed = false FROM owed WHERE approval.request_id = owed.request_id RETURNING 1
   )
   SELECT (SELECT count(*)::integer FROM settled) AS owed, (SELECT count(*)::integer FROM queued) AS queued`,
);

// The first of each request alone: the others wait for it. They are found once, however the statement is planned.
const claim = new Statement<NoticeRow>(
  'webhook_claim',
  `WITH taken AS MATERIALIZED (
     SELECT request_id, number FROM approval_webhook AS due
     WHERE state = 'queued' AND next_attempt_at <= statement_timestamp() AND NOT EXISTS (
       SELECT FROM approval_webhook AS before
       WHERE before.request_id = due.request_id AND before.number < due.number AND before.state = 'queued')
     ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED
   )
   UPDATE approval_webhook AS notice SET
     attempts = notice.attempts + 1,
     next_attempt_at = clock_timestamp() + interval '${CLAIM_SECONDS} seconds'
   FROM taken
   WHERE notice.request_id = taken.request_id AND notice.number = taken.number
   RETURNING notice.request_id, notice.number, type, step, persons, ${milliseconds('deadline')} AS deadline,
             ${milliseconds('noticed_at')} AS noticed_at, attempts`,
);

// What comes after a notice that waits does not have to be looked at before it.
const settle = new RowsStatement(
  'webhook_settle',
  { request_id: 'uuid', number: 'integer', state: 'text', failure: 'text', wait_ms: 'float8' },
  (incoming, present) => `
    UPDATE approval_webhook AS notice SET
      state = CASE WHEN notice.number = incoming.number THEN incoming.state ELSE notice.state END,
      failure = CASE WHEN notice.number = incoming.number THEN incoming.failure ELSE notice.failure END,
      next_attempt_at = CASE WHEN incoming.state = 'queued'
        THEN clock_timestamp() + incoming.wait_ms * interval '1 millisecond' ELSE clock_timestamp() END
    FROM ${incoming} WHERE ${present} AND notice.request_id = incoming.request_id
      AND notice.number >= incoming.number AND notice.state = 'queued'`,
);

const STATE = { sent: 'sent', deferred: 'queued', 'given-up': 'given-up' } as const;

/** The table `approval_webhook`: what the webhook is to be told, and what it was. */
export const webhookQueue = {
  /**
   * Queues what happened to approvals since it was looked at last, in one statement.
   * @param approvals how many are looked at, at most
   * @returns how many there were, and how many notices that came to
   */
  async queueOwed(
    on: RunsOn,
    approvals: number,
  ): Promise<{ readonly owed: number; readonly queued: number }> {
    const [row] = await queueOwed.run(on, approvals);
    return row ?? { owed: 0, queued: 0 };
  },

  /** Takes due notices, for each request the first one that was not sent, and keeps them from other processes for a minute. */
  async claim(on: RunsOn, limit: number): Promise<ClaimedNotice[]> {
    const rows = await claim.run(on, limit);
    return rows.map(({ request_id: requestId, noticed_at: noticedAt, ...notice }) => ({
      requestId,
      noticedAt,
      ...notice,
    }));
  },

  /** Writes down what became of claimed notices. */
  async settle(on: RunsOn, settled: readonly SettledNotice[]): Promise<void> {
    await settle.run(
      on,
      settled.map(({ notice: { requestId, number }, result }) => ({
        request_id: requestId,
        number,
        state: STATE[result.kind],
        failure: 'failure' in result ? result.failure.slice(0, 500) : null,
        wait_ms: 'waitMs' in result ? result.waitMs : 0,
      })),
    );
  },
};
