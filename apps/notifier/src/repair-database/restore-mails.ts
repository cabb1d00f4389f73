import { type ApproverNotified } from '@tollgate/contracts';
import { type EntityManager } from 'typeorm';
import { RowsStatement } from '../database/rows-statement.js';
import { reviewLinks } from '../send-mail/review-links.store.js';
import { type ReviewTokens, tokenHash } from '../send-mail/review-token.js';

const send = new RowsStatement(
  'restore_mail',
  {
    request_id: 'uuid',
    person: 'text',
    kind: 'text',
    step: 'smallint',
    number: 'integer',
    count: 'integer',
    message_id: 'text',
    sent_at: 'timestamptz',
  },
  (incoming, present) => `
    INSERT INTO mail (request_id, person, kind, step, number, count, message_id, state, attempts, next_attempt_at, sent_at)
    SELECT request_id, person, kind, step, number, count, message_id, 'sent', 1, sent_at, sent_at
    FROM ${incoming} WHERE ${present}
      AND EXISTS (SELECT FROM approval WHERE approval.request_id = incoming.request_id)
    ON CONFLICT (request_id, person, kind, step, number) DO UPDATE SET
      state = 'sent', count = excluded.count, message_id = coalesce(mail.message_id, excluded.message_id),
      sent_at = excluded.sent_at
    WHERE mail.state IN ('queued', 'held')`,
);

/** In the Message-ID of a mail of its own: its kind, and its number where there can be several. */
const OWN_MAIL = /^<[0-9a-f-]{36}\.\d+\.[a-z-]+?(?:-(\d+))?\.[0-9a-f]{16}@/;

/**
 * Puts on record that mails were sent, so that nobody gets one again, and opens the links that are in them. Of the reminders
 * in a digest it is not known which they were: they count as the first.
 */
export async function restoreMails(
  tx: EntityManager,
  tokens: ReviewTokens,
  sent: readonly ApproverNotified[],
): Promise<void> {
  await send.run(
    tx,
    sent.map(({ requestId, person, kind, step, count, messageId, notifiedAt }) => {
      const own = OWN_MAIL.exec(messageId);
      const repeats = kind === 'reminded' || kind === 'question' || kind === 'answer';
      return {
        request_id: requestId,
        person,
        kind,
        step,
        number: own?.[1] === undefined ? (repeats ? 1 : 0) : Number(own[1]),
        count,
        message_id: own === null ? null : messageId,
        sent_at: notifiedAt,
      };
    }),
  );
  const links = new Map(
    sent.map(({ requestId, person }) => [`${requestId}|${person}`, { requestId, person }]),
  );
  await reviewLinks.put(
    tx,
    [...links.values()].map(({ requestId, person }) => ({
      requestId,
      person,
      tokenHash: tokenHash(tokens.linkToken(requestId, person)),
    })),
  );
}
