import { newEvent, type Vote } from '@tollgate/contracts';
import { type LanesLogger, outgoing, type OutboxRelay, type OutgoingRecord } from '@tollgate/messaging';
import { type DataSource, type EntityManager } from 'typeorm';
import { type Approval, isoTime } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { type NotifierMetrics } from '../approval/notifier-metrics.js';
import { describeAsk, personsNamed } from '../ask/describe-ask.js';
import { type Contact } from '../contacts/contact.js';
import { contacts } from '../contacts/contacts.store.js';
import { votes } from '../cast-vote/votes.store.js';
import { composeMail } from './compose-mail.js';
import { mailBackOff } from './mail-back-off.js';
import { type ClaimedMail, mailQueue, type MailResult } from './mail-queue.store.js';
import { type Mailer } from './mailer.js';
import { messageIdOf, threadIdOf } from './message-id.js';
import { reviewLinks } from './review-links.store.js';
import { type ReviewTokens, tokenHash } from './review-token.js';

/** What sending needs. */
export interface SendMailsParts {
  readonly dataSource: DataSource;
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly mailer: Mailer;
  readonly tokens: ReviewTokens;
  readonly metrics: NotifierMetrics;
  readonly logger: LanesLogger;
  /** Where approvers reach the pages, without a slash at the end. */
  readonly publicUrl: string;
  /** Of the Message-IDs. */
  readonly domain: string;
  /** From 0 to 1. */
  readonly chance: () => number;
}

/** What one pass came to. */
export interface MailPass {
  /** Mails that were taken off the queue, whatever became of them. */
  readonly taken: number;
  readonly sent: number;
  /** How many the way to the mail server failed. */
  readonly failed: number;
}

/** What a pass reads for all its mails at once. */
interface Loaded {
  readonly approvals: ReadonlyMap<string, Approval>;
  readonly said: (requestId: string) => Vote[];
  readonly contacts: ReadonlyMap<string, Contact>;
}

function notifiedRecord(
  mail: ClaimedMail,
  messageId: string,
  sentAt: number,
  approval: Approval,
): OutgoingRecord {
  const { requestId, person, count, kind, step } = mail;
  const key = `${requestId}|${person}|${count}`;
  const notifiedAt = isoTime(sentAt);
  const { eventId: id, traceparent } = approval;
  const event = newEvent({
    topic: 'approver.notified',
    service: 'notifier',
    key,
    requestId,
    time: notifiedAt,
    cause: { id, ...(traceparent === undefined ? {} : { traceparent }) },
    data: { requestId, person, count, kind, step, messageId, notifiedAt },
  });
  return outgoing(event, 'approver.notified', { key, partitionKey: requestId });
}

/**
 * Sends queued mails, a few at a time. The queue is in the database: what a crash interrupts goes out once more under
 * the same Message-ID, and reading topics again queues nothing twice.
 */
export class SendMails {
  constructor(private readonly parts: SendMailsParts) {}

  /**
   * Queues what is owed, takes a few due mails, sends them and writes down what became of them.
   * @param limit mails at most
   * @throws the database's error when it is away
   */
  async pass(limit: number): Promise<MailPass> {
    const { relay, metrics } = this.parts;
    // The rows stay locked while their mails are on the way: no other process takes them, and a crash sets them free.
    const results = await relay.transaction(async (tx, publish) => {
      const claimed = await this.#claim(tx, limit);
      if (claimed.length === 0) return [];
      const open = await this.#load(claimed.filter(({ wanted }) => wanted));
      const settled = await Promise.all(
        claimed.map(async (mail) => ({ mail, result: await this.#send(mail, open) })),
      );
      await mailQueue.settle(tx, settled);
      publish(
        settled.flatMap(({ mail, result }) => {
          const approval = open.approvals.get(mail.requestId);
          return result.kind === 'sent' && approval !== undefined
            ? [notifiedRecord(mail, result.messageId, result.sentAt, approval)]
            : [];
        }),
      );
      return settled;
    });
    for (const { result } of results) metrics.mails.inc({ result: result.kind });
    const count = (kind: MailResult['kind']): number =>
      results.filter(({ result }) => result.kind === kind).length;
    return { taken: results.length, sent: count('sent'), failed: count('deferred') };
  }

  async #claim(tx: EntityManager, limit: number): Promise<ClaimedMail[]> {
    const claimed = await mailQueue.claim(tx, limit);
    const room = limit - claimed.length;
    if (room === 0 || (await mailQueue.queueOwed(this.parts.dataSource, room)) === 0) return claimed;
    // What this transaction holds already is claimed again, with what is new.
    return mailQueue.claim(tx, limit);
  }

  async #load(mails: readonly ClaimedMail[]): Promise<Loaded> {
    const { dataSource, tokens } = this.parts;
    const ids = [...new Set(mails.map(({ requestId }) => requestId))];
    const rows = ids.length === 0 ? [] : await approvals.find(dataSource, ids);
    const open = new Map(rows.map((row) => [row.request_id, approvalOf(row)]));
    const cast = await votes.find(
      dataSource,
      rows.filter((row) => row.votes > 0).map((row) => row.request_id),
    );
    const said = (requestId: string) => (cast.get(requestId) ?? []).map(({ vote }) => vote);
    const named = new Set(
      [...open.values()].flatMap((approval) => personsNamed(approval, said(approval.requestId))),
    );
    const known = await contacts.find(dataSource, [...named]);
    // On a connection of its own: a link works before its mail is read.
    await reviewLinks.put(
      dataSource,
      mails.map(({ requestId, person }) => ({
        requestId,
        person,
        tokenHash: tokenHash(tokens.linkToken(requestId, person)),
      })),
    );
    return { approvals: open, said, contacts: known };
  }

  async #send(mail: ClaimedMail, open: Loaded): Promise<MailResult> {
    const { mailer, tokens, logger, publicUrl, domain, chance } = this.parts;
    const { requestId, person, attempts } = mail;
    if (!mail.wanted) return { kind: 'skipped' };
    const waitMs = mailBackOff(attempts, chance());
    const contact = open.contacts.get(person);
    const approval = open.approvals.get(requestId);
    if (approval === undefined)
      throw new Error(`the approval of the queued mail for request ${requestId} is gone`);
    if (contact === undefined) {
      logger.warn(
        { requestId, person },
        'there is no contact for this approver: no mail; the approval goes on waiting',
      );
      return { kind: 'no-contact', failure: 'no contact', waitMs };
    }
    const startedAt = performance.now();
    const link = `${publicUrl}/review/${tokens.linkToken(requestId, person)}`;
    const messageId = messageIdOf(mail, domain);
    const delivery = await mailer.deliver({
      ...composeMail(describeAsk(approval, person, open.said(requestId), open.contacts), link),
      to: { name: contact.name, address: contact.email },
      messageId,
      threadId: threadIdOf(requestId, domain),
    });
    switch (delivery.kind) {
      case 'accepted':
        return { kind: 'sent', messageId, sentAt: mail.now + Math.round(performance.now() - startedAt) };
      case 'refused':
        logger.error(
          { requestId, person, failure: delivery.failure },
          'the mail server refuses this mail for good',
        );
        return { kind: 'refused', failure: delivery.failure };
      case 'failed':
        logger.warn(
          { requestId, person, failure: delivery.failure },
          'a mail could not be sent now; it will be tried again',
        );
        return { kind: 'deferred', failure: delivery.failure, waitMs };
    }
  }
}
