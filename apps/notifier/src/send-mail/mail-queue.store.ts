import { isoTime } from '../approval/approval.js';
import { milliseconds } from '../approval/approvals.store.js';
import { RowsStatement } from '../database/rows-statement.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { type MailIdentity } from './message-id.js';

/** A mail that is to be sent. */
export interface WantedMail extends Omit<MailIdentity, 'number'> {
  /** For kinds that repeat; 0 where it is left out. */
  readonly number?: number;
}

/** A mail that this transaction has in hand, and no other one. */
export interface ClaimedMail extends MailIdentity {
  /** How many mails about the request the person got before. */
  readonly before: number;
  /** How often it was tried, this time included. */
  readonly attempts: number;
  /** False where it is of no use any more: its approval is closed, in another step, or asks its person no more. */
  readonly wanted: boolean;
  /** When its approval's step ends, while that waits. */
  readonly deadline: number | null;
  /** The database's clock at the claim, in milliseconds since 1970. */
  readonly now: number;
}

/** What became of a claimed mail. */
export type MailResult =
  /** `digest` where it went out in one. */
  | { readonly kind: 'sent'; readonly messageId: string; readonly sentAt: number; readonly digest?: number }
  | { readonly kind: 'deferred' | 'no-contact'; readonly failure: string; readonly waitMs: number }
  | { readonly kind: 'held'; readonly digest: number }
  | { readonly kind: 'refused'; readonly failure: string }
  | { readonly kind: 'skipped'; readonly failure?: string };

/** A claimed mail with what became of it. */
export interface SettledMail {
  readonly mail: ClaimedMail;
  readonly result: MailResult;
}

interface ClaimedRow extends Omit<ClaimedMail, 'requestId'> {
  readonly request_id: string;
}

/** Whoever has this lock is the only one that sends mails to a person; the second key is the person's hash. */
const PERSON_LOCK = 7_420_003;

/** SQL that takes the lock of a person until the transaction ends, or is false. */
export const tryLockPerson = (person: string): string =>
  `pg_try_advisory_xact_lock(${PERSON_LOCK}, hashtext(${person}))`;

const queue = new RowsStatement(
  'mail_queue',
  { request_id: 'uuid', person: 'text', kind: 'text', step: 'smallint', number: 'integer' },
  (incoming, present) => `
    INSERT INTO mail (request_id, person, kind, step, number, state, next_attempt_at)
    SELECT request_id, person, kind, step, number, 'queued', clock_timestamp() FROM ${incoming} WHERE ${present}
    ON CONFLICT DO NOTHING`,
);

// A reminder is of use only to somebody who was asked by a mail before and has not voted since.
const WANTED = `CASE
  WHEN mail.kind IN ('decided', 'result', 'break-glass') THEN true
  WHEN mail.kind IN ('question', 'answer') THEN approval.status = 'pending'
  ELSE approval.status = 'pending' AND approval.step = mail.step AND mail.person = ANY (approval.approvers)
    AND mail.person <> ALL (coalesce(approval.absent, '{}'))
    AND (mail.kind = 'asked' OR (
      EXISTS (SELECT FROM mail AS asked WHERE asked.request_id = mail.request_id AND asked.person = mail.person
              AND asked.kind = 'asked' AND asked.step = mail.step AND asked.state = 'sent')
      AND NOT EXISTS (SELECT FROM mail AS later WHERE later.request_id = mail.request_id AND later.person = mail.person
                      AND later.kind = 'reminded' AND later.step = mail.step AND later.number > mail.number)
      AND NOT EXISTS (SELECT FROM vote WHERE vote.request_id = mail.request_id AND vote.step = mail.step
                      AND mail.person IN (vote.person, vote.on_behalf_of) AND vote.counted)))
  END`;

const claimed = `
  mail.request_id, mail.person, mail.kind, mail.step, mail.number, mail.attempts + 1 AS attempts,
  (SELECT count(*)::integer FROM mail AS sent
   WHERE sent.request_id = mail.request_id AND sent.person = mail.person AND sent.state = 'sent') AS before,
  ${WANTED} AS wanted,
  CASE WHEN approval.status = 'pending' THEN ${milliseconds('approval.deadline')} END AS deadline,
  ${milliseconds('clock_timestamp()')} AS now`;

// The rows are found and locked first; what else is asked is asked about these alone.
const claiming = (condition: string): string => `
  WITH claimed AS MATERIALIZED (SELECT * FROM mail WHERE ${condition})
  SELECT ${claimed} FROM claimed AS mail JOIN approval USING (request_id)`;

const claim = new Statement<ClaimedRow>(
  'mail_claim',
  `${claiming(`state = 'queued' AND next_attempt_at <= statement_timestamp() AND ${tryLockPerson('person')}
    ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED`)} ORDER BY mail.next_attempt_at`,
);

const claimHeld = new Statement<ClaimedRow>(
  'mail_claim_held',
  claiming(`state = 'held' AND person = $1 AND digest = $2 FOR UPDATE`),
);

const settle = new RowsStatement(
  'mail_settle',
  {
    request_id: 'uuid',
    person: 'text',
    kind: 'text',
    step: 'smallint',
    number: 'integer',
    state: 'text',
    count: 'integer',
    digest: 'integer',
    attempts: 'integer',
    message_id: 'text',
    sent_at: 'timestamptz',
    failure: 'text',
    wait_ms: 'float8',
  },
  (incoming, present) => `
    UPDATE mail SET
      state = incoming.state,
      count = incoming.count,
      digest = coalesce(incoming.digest, mail.digest),
      attempts = incoming.attempts,
      message_id = coalesce(incoming.message_id, mail.message_id),
      sent_at = incoming.sent_at,
      failure = incoming.failure,
      next_attempt_at = clock_timestamp() + incoming.wait_ms * interval '1 millisecond'
    FROM ${incoming} WHERE ${present} AND mail.request_id = incoming.request_id AND mail.person = incoming.person
      AND mail.kind = incoming.kind AND mail.step = incoming.step AND mail.number = incoming.number`,
);

// Who was asked by a mail that was under way while it was decided is told, too.
const oweNews = new Statement(
  'mail_owe_news',
  `WITH locked AS MATERIALIZED (
     SELECT request_id, status FROM approval WHERE request_id = ANY ($1::uuid[]) ORDER BY request_id FOR NO KEY UPDATE
   )
   UPDATE approval SET news_owed = true FROM locked
   WHERE approval.request_id = locked.request_id AND locked.status = 'closed' AND NOT approval.news_owed`,
);

const retryWithoutContact = new Statement(
  'mail_retry_without_contact',
  `UPDATE mail SET next_attempt_at = clock_timestamp()
   WHERE state = 'queued' AND failure = 'no contact' AND next_attempt_at > clock_timestamp()
     AND person IN (SELECT person FROM contact)`,
);

const STATE = {
  sent: 'sent',
  deferred: 'queued',
  'no-contact': 'queued',
  held: 'held',
  refused: 'refused',
  skipped: 'skipped',
} as const;

/** The how-manieth mail about its request to its person each sent one is; 0 for the others. */
export function countsOf(settled: readonly SettledMail[]): number[] {
  const sent = new Map<string, number>();
  return settled.map(({ mail: { requestId, person, before }, result }) => {
    if (result.kind !== 'sent') return 0;
    const key = `${requestId} ${person}`;
    const count = (sent.get(key) ?? before) + 1;
    sent.set(key, count);
    return count;
  });
}

const mailsOf = (rows: readonly ClaimedRow[]): ClaimedMail[] =>
  rows.map(({ request_id: requestId, ...mail }) => ({ requestId, ...mail }));

/** The table `mail`: what is to be sent, and what was. */
export const mailQueue = {
  /**
   * Queues mails, once each however often they are queued. They go out after the commit, at the next look of the mail
   * round; who is in a hurry wakes it. What closes, or whose person leaves, before its turn is not sent.
   */
  async queue(tx: RunsOn, mails: readonly WantedMail[]): Promise<void> {
    await queue.run(
      tx,
      mails.map(({ requestId, person, kind, step, number = 0 }) => ({
        request_id: requestId,
        person,
        kind,
        step,
        number,
      })),
    );
  },

  /** Takes due mails, and keeps them and their persons from other processes until the transaction ends. */
  async claim(tx: RunsOn, limit: number): Promise<ClaimedMail[]> {
    return mailsOf(await claim.run(tx, limit));
  },

  /** Takes the mails of a digest whose person this transaction has locked. */
  async claimHeld(tx: RunsOn, person: string, digest: number): Promise<ClaimedMail[]> {
    return mailsOf(await claimHeld.run(tx, person, digest));
  },

  /** Writes down what became of claimed mails. */
  async settle(tx: RunsOn, settled: readonly SettledMail[]): Promise<void> {
    const counts = countsOf(settled);
    await settle.run(
      tx,
      settled.map(({ mail, result }, index) => ({
        request_id: mail.requestId,
        person: mail.person,
        kind: mail.kind,
        step: mail.step,
        number: mail.number,
        state: STATE[result.kind],
        count: counts[index] ?? 0,
        digest: 'digest' in result ? result.digest : null,
        attempts: mail.attempts,
        message_id: result.kind === 'sent' && result.digest === undefined ? result.messageId : null,
        sent_at: result.kind === 'sent' ? isoTime(result.sentAt) : null,
        failure: 'failure' in result ? (result.failure?.slice(0, 500) ?? null) : null,
        wait_ms: 'waitMs' in result ? result.waitMs : 0,
      })),
    );
    const asked = settled.filter(({ mail, result }) => result.kind === 'sent' && mail.deadline !== null);
    if (asked.length > 0) await oweNews.run(tx, [...new Set(asked.map(({ mail }) => mail.requestId))]);
  },

  /** Tries again at once what waits for a contact that there is by now. */
  async retryWithoutContact(on: RunsOn): Promise<void> {
    await retryWithoutContact.run(on);
  },
};
