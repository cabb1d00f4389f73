import { type MailKind } from '@tollgate/contracts';
import { type Instant } from '../approval/approval.js';
import { rulingPolicy } from '../approval/ruling-policy.js';
import { describeAsk } from '../ask/describe-ask.js';
import { describeOutcome } from '../ask/describe-outcome.js';
import { composeDigest, type Digest } from './compose-digest.js';
import { exchangeKey } from './exchange.js';
import { mailBackOff, noContactBackOff } from './mail-back-off.js';
import { type ClaimedDigest, type DigestResult, mailDigests } from './mail-digests.store.js';
import { digestGapMs } from './mail-limit.js';
import { type MailMaterial, readMaterial } from './mail-material.js';
import { type ClaimedMail, mailQueue, type SettledMail } from './mail-queue.store.js';
import { mayBeMailed } from './may-be-mailed.js';
import { digestMessageId } from './message-id.js';
import { notifiedRecords } from './notified-record.js';
import { type MailPass, type SendMailsParts } from './send-mails.js';

/** Digests of one pass at most. */
const MAX_DIGESTS = 4;

const NOTE: Readonly<Partial<Record<MailKind, string>>> = {
  reminded: 'Reminder',
  question: 'A question about your request',
  answer: 'A question is answered',
};

/** A digest that was tried, with the mails in it. */
interface Tried {
  readonly digest: ClaimedDigest;
  readonly result: DigestResult;
  readonly settled: readonly SettledMail[];
  readonly material: MailMaterial;
}

/** Sends the digests whose time has come: each is one mail, for all the mails that are held in it. */
export class SendDigests {
  constructor(private readonly parts: SendMailsParts) {}

  /**
   * Takes a few due digests, sends them and writes down what became of the mails in them.
   * @throws TransientError while no policy rules; the database's error when it is away
   */
  async pass(): Promise<MailPass> {
    const { dataSource, relay, metrics, perPersonAndHour } = this.parts;
    // Sealed and committed first: what a crash interrupts is the same digest afterwards.
    await mailDigests.seal(dataSource, digestGapMs(Math.max(1, perPersonAndHour)));
    const tried = await relay.transaction(async (tx, publish) => {
      const digests = await mailDigests.claim(tx, MAX_DIGESTS);
      const mails = await Promise.all(
        digests.map(({ person, number }) => mailQueue.claimHeld(tx, person, number)),
      );
      const each = await Promise.all(
        digests.map(async (digest, index) => this.#try(digest, mails[index] ?? [])),
      );
      for (const { digest, result, settled, material } of each) {
        await mailQueue.settle(tx, settled);
        await mailDigests.settle(tx, digest, result);
        publish(notifiedRecords(settled, material.approvals));
      }
      return each;
    });
    for (const { result, settled } of tried) {
      metrics.mails.inc({ result: result.kind });
      metrics.digested.inc(settled.filter((each) => each.result.kind === 'sent').length);
    }
    const count = (kind: DigestResult['kind']): number =>
      tried.filter(({ result }) => result.kind === kind).length;
    return {
      taken: tried.length,
      sent: count('sent'),
      failed: count('deferred'),
      untried: count('skipped') + count('no-contact'),
    };
  }

  async #try(digest: ClaimedDigest, mails: readonly ClaimedMail[]): Promise<Tried> {
    const { dataSource, policy, mailer, logger, domain, chance } = this.parts;
    const { person, number, attempts, more } = digest;
    const ruling = await rulingPolicy(policy, 1);
    const wanted = mails.filter((mail) => mail.wanted && mayBeMailed(ruling.policy, mail));
    const useless = mails
      .filter((mail) => !wanted.includes(mail))
      .map((mail): SettledMail => ({ mail, result: { kind: 'skipped' } }));
    const material = await readMaterial(dataSource, this.parts, wanted, [person]);
    const came = (result: DigestResult, settled: readonly SettledMail[] = []): Tried => ({
      digest,
      result,
      settled: [...useless, ...settled],
      material,
    });
    const toSay = wanted.length > 0 || (more > 0 && mayBeMailed(ruling.policy, { person, kind: 'result' }));
    if (!toSay) return came({ kind: 'skipped' });
    const contact = material.contacts.get(person);
    if (contact === undefined) {
      logger.warn(
        { person, mails: wanted.length },
        'there is no contact for this person any more: no digest',
      );
      const waitMs = noContactBackOff(attempts, chance());
      return came({ kind: 'no-contact', failure: 'no contact', waitMs });
    }
    const startedAt = performance.now();
    const messageId = digestMessageId(person, number, domain);
    const delivery = await mailer.deliver({
      ...composeDigest(this.#contentOf(digest, wanted, material)),
      to: { name: contact.name, address: contact.email },
      messageId,
    });
    switch (delivery.kind) {
      case 'accepted': {
        const sentAt: Instant = digest.now + Math.round(performance.now() - startedAt);
        return came(
          { kind: 'sent', messageId, sentAt },
          wanted.map((mail) => ({ mail, result: { kind: 'sent', messageId, sentAt, digest: number } })),
        );
      }
      case 'refused':
        logger.error({ person, failure: delivery.failure }, 'the mail server refuses this digest for good');
        return came(
          delivery,
          wanted.map((mail) => ({ mail, result: delivery })),
        );
      case 'failed':
        logger.warn(
          { person, failure: delivery.failure },
          'a digest could not be sent now; it will be tried again',
        );
        return came({ kind: 'deferred', failure: delivery.failure, waitMs: mailBackOff(attempts, chance()) });
    }
  }

  #contentOf(
    { person, more, later }: ClaimedDigest,
    mails: readonly ClaimedMail[],
    { approvals, said, contacts, exchanges }: MailMaterial,
  ): Digest {
    const { publicUrl, tokens } = this.parts;
    const byDeadline = mails.toSorted((left, right) => (left.deadline ?? 0) - (right.deadline ?? 0));
    // A request is one line, however many mails about it are held; the last of them says most.
    const one = new Map(byDeadline.map((mail) => [mail.requestId, mail]));
    const lines = [...one.values()].map((mail) => ({ mail, approval: approvals.get(mail.requestId) }));
    return {
      waiting: lines.flatMap(({ mail, approval }) => {
        const { requestId, kind } = mail;
        if (approval === undefined || approval.status === 'closed') return [];
        const ask = describeAsk(approval, person, said(requestId), contacts);
        const note = NOTE[kind];
        const link =
          kind === 'question'
            ? exchanges.get(exchangeKey(mail))?.answerLink
            : `${publicUrl}/review/${tokens.linkToken(requestId, person)}`;
        return [{ ...ask, ...(link === undefined ? {} : { link }), ...(note === undefined ? {} : { note }) }];
      }),
      news: lines.flatMap(({ approval }) => {
        const outcome = approval === undefined ? undefined : describeOutcome(approval, person, contacts);
        return outcome === undefined ? [] : [outcome];
      }),
      more,
      later,
    };
  }
}
