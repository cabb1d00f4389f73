import { type LanesLogger, type OutboxRelay } from '@tollgate/messaging';
import { type DataSource, type EntityManager } from 'typeorm';
import { type NotifierMetrics } from '../approval/notifier-metrics.js';
import { type PolicySource, rulingPolicy } from '../approval/ruling-policy.js';
import { type ReadExchanges } from './exchange.js';
import { mailBackOff, noContactBackOff } from './mail-back-off.js';
import { mailContent } from './mail-content.js';
import { mailDigests } from './mail-digests.store.js';
import { MailLimit, type Placement, singlesOf } from './mail-limit.js';
import { type MailMaterial, readMaterial } from './mail-material.js';
import { type ClaimedMail, mailQueue, type MailResult, type SettledMail } from './mail-queue.store.js';
import { type Mailer } from './mailer.js';
import { mayBeMailed } from './may-be-mailed.js';
import { messageIdOf, threadIdOf } from './message-id.js';
import { notifiedRecords } from './notified-record.js';
import { owedMails } from './owed-mails.store.js';
import { type ReviewTokens } from './review-token.js';

/** What sending needs. */
export interface SendMailsParts {
  readonly dataSource: DataSource;
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  readonly mailer: Mailer;
  readonly tokens: ReviewTokens;
  /** Questions and their answers; without it mails of these kinds are not sent. */
  readonly exchanges?: ReadExchanges;
  readonly metrics: NotifierMetrics;
  readonly logger: LanesLogger;
  /** Where approvers reach the pages, without a slash at the end. */
  readonly publicUrl: string;
  /** Of the Message-IDs. */
  readonly domain: string;
  /** Mails per person and hour at most, digests included; 0 for as many as there are. */
  readonly perPersonAndHour: number;
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
  /** How many were neither given to the mail server nor tried. */
  readonly untried: number;
}

/** Mails that are on their way keep their place in the queue; those that are not do not. */
const TRIED: ReadonlySet<MailResult['kind']> = new Set(['sent', 'deferred', 'refused']);

/**
 * Sends queued mails, a few at a time. The queue is in the database: what a crash interrupts goes out once more under
 * the same Message-ID, and reading topics again queues nothing twice.
 */
export class SendMails {
  constructor(private readonly parts: SendMailsParts) {}

  /**
   * Queues what is owed, takes a few due mails, sends them or holds them for a digest, and writes down what became of
   * them.
   * @param limit mails at most
   * @throws TransientError while no policy rules; the database's error when it is away
   */
  async pass(limit: number): Promise<MailPass> {
    const { relay, metrics, policy } = this.parts;
    const ruling = await rulingPolicy(policy, 1);
    // The rows stay locked while their mails are on the way: no other process takes them, and a crash sets them free.
    const { settled, news } = await relay.transaction(async (tx, publish) => {
      const { claimed, news } = await this.#claim(tx, limit);
      if (claimed.length === 0) return { settled: [], news };
      const wanted = claimed.filter((mail) => mail.wanted && mayBeMailed(ruling.policy, mail));
      const material = await readMaterial(this.parts.dataSource, this.parts, wanted);
      const placements = await this.#place(
        tx,
        wanted.filter(({ person }) => material.contacts.has(person)),
      );
      const results = await Promise.all(
        claimed.map(async (mail): Promise<SettledMail> => {
          if (!mail.wanted) return { mail, result: { kind: 'skipped' } };
          if (!wanted.includes(mail)) return { mail, result: this.#left(mail) };
          return { mail, result: await this.#send(mail, material, placements.get(mail)) };
        }),
      );
      await mailQueue.settle(tx, results);
      publish(notifiedRecords(results, material.approvals));
      return { settled: results, news };
    });
    for (const { result } of settled) metrics.mails.inc({ result: result.kind });
    const count = (kind: MailResult['kind']): number =>
      settled.filter(({ result }) => result.kind === kind).length;
    return {
      taken: settled.length + news,
      sent: count('sent'),
      failed: count('deferred'),
      untried: settled.filter(({ result }) => !TRIED.has(result.kind)).length + news,
    };
  }

  /** Takes what is due, and how many decided approvals were looked at for news. */
  async #claim(
    tx: EntityManager,
    limit: number,
  ): Promise<{ readonly claimed: ClaimedMail[]; readonly news: number }> {
    const { dataSource, logger, metrics } = this.parts;
    const claimed = await mailQueue.claim(tx, limit);
    const room = limit - claimed.length;
    if (room === 0) return { claimed, news: 0 };
    const asked = await owedMails.queueAsked(dataSource, room);
    // Who is asked comes first; what was decided is told with what is left, and never not at all.
    const news = await owedMails.queueNews(dataSource, Math.max(1, room - asked));
    for (const fields of news.unreachable) {
      metrics.mails.inc({ result: 'refused' });
      logger.warn(fields, 'neither the requester nor their owner has a contact: no mail about the result');
    }
    return {
      // What this transaction holds already is claimed again, with what is new.
      claimed: asked + news.queued === 0 ? claimed : await mailQueue.claim(tx, limit),
      news: news.approvals,
    };
  }

  /** Whether each mail goes out by itself or is held for a digest, by what its person got in the past hour. */
  async #place(
    tx: EntityManager,
    mails: readonly ClaimedMail[],
  ): Promise<ReadonlyMap<ClaimedMail, Placement>> {
    const { perPersonAndHour } = this.parts;
    if (perPersonAndHour === 0 || mails.length === 0) return new Map();
    const persons = [...new Set(mails.map(({ person }) => person))];
    const limit = new MailLimit(
      perPersonAndHour,
      await mailDigests.windows(tx, persons, singlesOf(perPersonAndHour)),
    );
    const placements = new Map(
      mails.map((mail) => [
        mail,
        limit.place({
          person: mail.person,
          isNews: mail.kind === 'decided' || mail.kind === 'result',
          now: mail.now,
          ...(mail.deadline === null ? {} : { deadline: mail.deadline }),
        }),
      ]),
    );
    await mailDigests.hold(tx, limit.changes);
    return placements;
  }

  #left({ requestId, person }: ClaimedMail): MailResult {
    this.parts.logger.info({ requestId, person }, 'this person has left: the mail is not sent');
    return { kind: 'skipped', failure: 'not active' };
  }

  #withoutContact({ requestId, person, attempts, deadline }: ClaimedMail): MailResult {
    const { logger, chance } = this.parts;
    const failure = 'no contact';
    if (deadline === null) {
      logger.warn(
        { requestId, person },
        'there is no contact for this person: no mail about what was decided',
      );
      return { kind: 'refused', failure };
    }
    logger.warn(
      { requestId, person },
      'there is no contact for this approver: no mail; the approval goes on waiting',
    );
    return { kind: 'no-contact', failure, waitMs: noContactBackOff(attempts, chance()) };
  }

  async #send(mail: ClaimedMail, material: MailMaterial, placement?: Placement): Promise<MailResult> {
    const { mailer, tokens, logger, publicUrl, domain, chance } = this.parts;
    const { requestId, person, attempts } = mail;
    const contact = material.contacts.get(person);
    if (contact === undefined) return this.#withoutContact(mail);
    if (placement?.kind === 'held') return placement;
    if (placement?.kind === 'counted')
      return { kind: 'skipped', failure: `counted in digest ${placement.digest}` };
    const content = mailContent(mail, material, `${publicUrl}/review/${tokens.linkToken(requestId, person)}`);
    if (content === undefined) return { kind: 'skipped' };
    const startedAt = performance.now();
    const messageId = messageIdOf(mail, domain);
    const delivery = await mailer.deliver({
      ...content,
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
        return {
          kind: 'deferred',
          failure: delivery.failure,
          waitMs: mailBackOff(attempts, chance()),
        };
    }
  }
}
