import { milliseconds } from '../approval/approvals.store.js';
import { RowsStatement } from '../database/rows-statement.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { type MailIdentity } from './message-id.js';

/** A due mail that no other process has in hand. */
export interface ClaimedMail extends MailIdentity {
  /** The how-manieth mail to this person about the request, from 1. */
  readonly count: number;
  /** How often it was tried, this time included. */
  readonly attempts: number;
  /** False where its approval is closed, or in another step: it is of no use any more. */
  readonly wanted: boolean;
  /** The database's clock at the claim, in milliseconds since 1970. */
  readonly now: number;
}

/** What became of a claimed mail. */
export type MailResult =
  | { readonly kind: 'sent'; readonly messageId: string; readonly sentAt: number }
  | { readonly kind: 'deferred' | 'no-contact'; readonly failure: string; readonly waitMs: number }
  | { readonly kind: 'refused'; readonly failure: string }
  | { readonly kind: 'skipped' };

interface ClaimedRow {
  readonly request_id: string;
  readonly person: string;
  readonly kind: MailIdentity['kind'];
  readonly step: number;
  readonly count: number;
  readonly attempts: number;
  readonly wanted: boolean;
  readonly now: number;
}

// The mails of a new approval or step are queued here, off the way of openings: what closes before its turn costs
// nothing at all.
const queueOwed = new Statement<{ queued: number }>(
  'mail_queue_owed',
  `WITH owed AS MATERIALIZED (
     SELECT request_id, step, approvers FROM approval
     WHERE status = 'pending' AND mail_owed ORDER BY opened_at LIMIT $1 FOR UPDATE SKIP LOCKED
   ), queued AS (
     INSERT INTO mail (request_id, person, kind, step, count, state, next_attempt_at)
     SELECT owed.request_id, person, 'asked', owed.step,
            1 + (SELECT count(*) FROM mail WHERE mail.request_id = owed.request_id AND mail.person = asked.person),
            'queued', clock_timestamp()
     FROM owed CROSS JOIN LATERAL unnest(owed.approvers) AS asked (person)
     ON CONFLICT DO NOTHING RETURNING 1
   ), settled AS (
     UPDATE approval SET mail_owed = false FROM owed WHERE approval.request_id = owed.request_id
   )
   SELECT count(*)::integer AS queued FROM queued`,
);

const claim = new Statement<ClaimedRow>(
  'mail_claim',
  `SELECT mail.request_id, mail.person, mail.kind, mail.step, mail.count, mail.attempts + 1 AS attempts,
          approval.status = 'pending' AND approval.step = mail.step AS wanted,
          ${milliseconds('clock_timestamp()')} AS now
   FROM mail JOIN approval USING (request_id)
   WHERE mail.state = 'queued' AND mail.next_attempt_at <= statement_timestamp()
   ORDER BY mail.next_attempt_at LIMIT $1 FOR UPDATE OF mail SKIP LOCKED`,
);

const settle = new RowsStatement(
  'mail_settle',
  {
    request_id: 'uuid',
    person: 'text',
    kind: 'text',
    step: 'smallint',
    state: 'text',
    attempts: 'integer',
    message_id: 'text',
    sent_at: 'timestamptz',
    failure: 'text',
    wait_ms: 'float8',
  },
  (incoming, present) => `
    UPDATE mail SET
      state = incoming.state,
      attempts = incoming.attempts,
      message_id = coalesce(incoming.message_id, mail.message_id),
      sent_at = incoming.sent_at,
      failure = incoming.failure,
      next_attempt_at = clock_timestamp() + incoming.wait_ms * interval '1 millisecond'
    FROM ${incoming} WHERE ${present} AND mail.request_id = incoming.request_id AND mail.person = incoming.person
      AND mail.kind = incoming.kind AND mail.step = incoming.step`,
);

const STATE = {
  sent: 'sent',
  deferred: 'queued',
  'no-contact': 'queued',
  refused: 'refused',
  skipped: 'skipped',
} as const;

/** The table `mail`: what is to be sent, and what was. */
export const mailQueue = {
  /**
   * Queues the mails of approvals whose people were not told yet, the oldest first.
   * @returns how many mails
   */
  async queueOwed(on: RunsOn, approvals: number): Promise<number> {
    return (await queueOwed.run(on, approvals))[0]?.queued ?? 0;
  },

  /** Takes due mails, and keeps them from other processes until the transaction ends. */
  async claim(tx: RunsOn, limit: number): Promise<ClaimedMail[]> {
    const rows = await claim.run(tx, limit);
    return rows.map(({ request_id: requestId, ...mail }) => ({ requestId, ...mail }));
  },

  /** Writes down what became of claimed mails. */
  async settle(
    tx: RunsOn,
    results: readonly { readonly mail: ClaimedMail; readonly result: MailResult }[],
  ): Promise<void> {
    await settle.run(
      tx,
      results.map(({ mail, result }) => ({
        request_id: mail.requestId,
        person: mail.person,
        kind: mail.kind,
        step: mail.step,
        state: STATE[result.kind],
        attempts: mail.attempts,
        message_id: result.kind === 'sent' ? result.messageId : null,
        sent_at: result.kind === 'sent' ? new Date(result.sentAt).toISOString() : null,
        failure: 'failure' in result ? result.failure.slice(0, 500) : null,
        wait_ms: 'waitMs' in result ? result.waitMs : 0,
      })),
    );
  },
};
