import { isoTime } from '../approval/approval.js';
import { milliseconds } from '../approval/approvals.store.js';
import { RowsStatement } from '../database/rows-statement.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { type DigestChange, type MailWindow, URGENT_GAP_MS } from './mail-limit.js';
import { tryLockPerson } from './mail-queue.store.js';

/** A digest that this transaction has in hand, and its person with it. */
export interface ClaimedDigest {
  readonly person: string;
  /** The person's how-manieth, from 1. */
  readonly number: number;
  /** News that it only counts. */
  readonly more: number;
  /** Mails that are held for later digests of the person. */
  readonly later: number;
  /** How often it was tried, this time included. */
  readonly attempts: number;
  /** The database's clock at the claim, in milliseconds since 1970. */
  readonly now: number;
}

/** What became of a digest. */
export type DigestResult =
  | { readonly kind: 'sent'; readonly messageId: string; readonly sentAt: number }
  | { readonly kind: 'deferred' | 'no-contact'; readonly failure: string; readonly waitMs: number }
  | { readonly kind: 'refused'; readonly failure: string }
  | { readonly kind: 'skipped' };

interface WindowRow {
  readonly person: string;
  readonly singles: number;
  readonly last_digest_at: number | null;
  readonly newest: number | null;
  readonly collecting: number | null;
}

const windows = new Statement<WindowRow>(
  'mail_windows',
  `SELECT person,
     (SELECT count(*)::integer FROM (
        SELECT FROM mail WHERE mail.person = reader.person AND mail.state = 'sent' AND mail.digest IS NULL
          AND mail.sent_at > clock_timestamp() - interval '1 hour' LIMIT $2) AS late) AS singles,
     (SELECT ${milliseconds('max(sent_at)')} FROM mail_digest
      WHERE mail_digest.person = reader.person AND state = 'sent') AS last_digest_at,
     newest.number AS newest, newest.collecting
   FROM unnest($1::text[]) AS reader (person) LEFT JOIN LATERAL (
     SELECT number, CASE WHEN state = 'collecting' THEN mails END AS collecting FROM mail_digest
     WHERE mail_digest.person = reader.person ORDER BY number DESC LIMIT 1) AS newest ON true`,
);

const hold = new RowsStatement(
  'mail_digest_hold',
  {
    person: 'text',
    number: 'integer',
    mails: 'integer',
    more: 'integer',
    due_at: 'timestamptz',
    urgent_at: 'timestamptz',
  },
  (incoming, present) => `
    INSERT INTO mail_digest (person, number, state, mails, more, due_at, urgent_at)
    SELECT person, number, 'collecting', mails, more, due_at, urgent_at FROM ${incoming} WHERE ${present}
    ON CONFLICT (person, number) DO UPDATE SET mails = mail_digest.mails + excluded.mails,
      more = mail_digest.more + excluded.more, urgent_at = least(mail_digest.urgent_at, excluded.urgent_at)`,
);

// One digest of a person is under way at a time; the next one of theirs takes what comes meanwhile.
const seal = new Statement<{ person: string }>(
  'mail_digest_seal',
  `UPDATE mail_digest SET state = 'queued', next_attempt_at = clock_timestamp()
   FROM (
     SELECT DISTINCT ON (person) person, number FROM mail_digest AS open
     WHERE state = 'collecting'
       AND least(urgent_at, due_at) <= statement_timestamp()
       AND NOT EXISTS (
         SELECT FROM mail_digest AS sent WHERE sent.person = open.person AND sent.state = 'sent'
           AND sent.sent_at > statement_timestamp() - interval '1 millisecond' *
             CASE WHEN open.urgent_at <= statement_timestamp() THEN ${URGENT_GAP_MS} ELSE $1::float8 END)
       AND NOT EXISTS (SELECT FROM mail_digest AS ahead WHERE ahead.state = 'queued' AND ahead.person = open.person)
     ORDER BY person, urgent_at <= statement_timestamp() DESC NULLS LAST, number
   ) AS due
   WHERE mail_digest.person = due.person AND mail_digest.number = due.number AND mail_digest.state = 'collecting'
     AND ${tryLockPerson('mail_digest.person')}
   RETURNING mail_digest.person`,
);

const claim = new Statement<ClaimedDigest>(
  'mail_digest_claim',
  `SELECT person, number, more, attempts + 1 AS attempts, ${milliseconds('clock_timestamp()')} AS now,
     (SELECT coalesce(sum(mails), 0)::integer FROM mail_digest AS open
      WHERE open.state = 'collecting' AND open.person = mail_digest.person) AS later
   FROM mail_digest
   WHERE state = 'queued' AND next_attempt_at <= statement_timestamp() AND ${tryLockPerson('person')}
   ORDER BY next_attempt_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
);

const settle = new Statement(
  'mail_digest_settle',
  `UPDATE mail_digest SET state = $3, attempts = $4, message_id = $5, sent_at = $6::timestamptz, failure = $7,
     next_attempt_at = clock_timestamp() + $8::float8 * interval '1 millisecond'
   WHERE person = $1 AND number = $2`,
);

const STATE = {
  sent: 'sent',
  deferred: 'queued',
  'no-contact': 'queued',
  refused: 'refused',
  skipped: 'skipped',
} as const;

/** The table `mail_digest`: for whom mails are held together, and what became of it. */
export const mailDigests = {
  /**
   * What these persons got in the past hour, and what is held for them.
   * @param atMost how far mails are counted
   */
  async windows(tx: RunsOn, persons: readonly string[], atMost: number): Promise<Map<string, MailWindow>> {
    const rows = await windows.run(tx, persons, atMost);
    return new Map(
      rows.map(({ person, singles, last_digest_at: lastDigestAt, newest, collecting }) => [
        person,
        {
          singles,
          newest: newest ?? 0,
          ...(lastDigestAt === null ? {} : { lastDigestAt }),
          ...(collecting === null ? {} : { collecting }),
        },
      ]),
    );
  },

  /** Holds mails for digests of persons whom this transaction has locked. */
  async hold(tx: RunsOn, changes: readonly DigestChange[]): Promise<void> {
    await hold.run(
      tx,
      changes.map(({ person, number, mails, more, dueAt, urgentAt }) => ({
        person,
        number,
        mails,
        more,
        due_at: isoTime(dueAt),
        urgent_at: urgentAt === undefined ? null : isoTime(urgentAt),
      })),
    );
  },

  /**
   * Ends the collecting of digests whose time has come, before they are sent: what goes out under a Message-ID stays
   * the same, also when it is sent once more after a crash.
   * @param gapMs how far digests of a person are apart
   */
  async seal(on: RunsOn, gapMs: number): Promise<void> {
    await seal.run(on, gapMs);
  },

  /** Takes sealed digests, and keeps them and their persons from other processes until the transaction ends. */
  claim: (tx: RunsOn, limit: number): Promise<ClaimedDigest[]> => claim.run(tx, limit),

  /** Writes down what became of a claimed digest. */
  async settle(tx: RunsOn, { person, number, attempts }: ClaimedDigest, result: DigestResult): Promise<void> {
    const sent = result.kind === 'sent' ? result : undefined;
    await settle.run(
      tx,
      person,
      number,
      STATE[result.kind],
      attempts,
      sent?.messageId ?? null,
      sent === undefined ? null : isoTime(sent.sentAt),
      'failure' in result ? result.failure.slice(0, 500) : null,
      'waitMs' in result ? result.waitMs : 0,
    );
  },
};
