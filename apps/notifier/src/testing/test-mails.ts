import { contacts } from '../contacts/contacts.store.js';
import { type ReadExchanges } from '../send-mail/exchange.js';
import { SmtpMailer } from '../send-mail/mailer.js';
import { ReviewTokens } from '../send-mail/review-token.js';
import { SendDigests } from '../send-mail/send-digests.js';
import { SendMails, type SendMailsParts } from '../send-mail/send-mails.js';
import { type ArrivedMail, type FakeInbox } from './fake-inbox.js';
import { type TestProcess, type TestStore } from './test-store.js';

/** The mails of one notifier process, sent to an inbox. */
export class TestMails {
  readonly mailer: SmtpMailer;
  readonly mails: SendMails;
  readonly digests: SendDigests;

  constructor(
    readonly store: TestStore,
    readonly process: TestProcess,
    readonly inbox: FakeInbox,
    perPersonAndHour = 0,
    exchanges?: ReadExchanges,
  ) {
    this.mailer = new SmtpMailer(inbox.url, 'Tollgate <tollgate@example.test>');
    const parts: SendMailsParts = {
      dataSource: process.dataSource,
      relay: process.relay,
      policy: store.policy,
      mailer: this.mailer,
      tokens: new ReviewTokens('a secret of at least thirty-two characters'),
      metrics: process.metrics,
      logger: process.logger,
      publicUrl: 'https://tollgate.example.test',
      domain: 'example.test',
      perPersonAndHour,
      ...(exchanges === undefined ? {} : { exchanges }),
      chance: () => 0,
    };
    this.mails = new SendMails(parts);
    this.digests = new SendDigests(parts);
  }

  /** Gives these people a contact each. */
  async introduce(...persons: string[]): Promise<void> {
    await contacts.put(
      this.process.dataSource,
      new Map(
        persons.map((person) => [
          person,
          { name: `Name of ${person}`, email: `${person}@example.test`, zone: 'Europe/Berlin' },
        ]),
      ),
    );
  }

  /** Sends all that is due. */
  async send(): Promise<void> {
    for (;;) {
      const taken = (await this.digests.pass()).taken + (await this.mails.pass(10)).taken;
      if (taken === 0) return;
    }
  }

  /** What arrived about a request in mails of its own, of one kind or of all. */
  about(requestId: string, kind = ''): ArrivedMail[] {
    return this.inbox.mails.filter(
      ({ messageId }) => messageId.startsWith(`<${requestId}`) && messageId.includes(`.${kind}`),
    );
  }

  /** The digests that arrived at a person's address. */
  digestsTo(person: string): ArrivedMail[] {
    return this.inbox
      .to(`${person}@example.test`)
      .filter(({ messageId }) => messageId.startsWith('<digest.'));
  }

  /** Lets time pass for the mails and digests of everybody. */
  async pass(minutes: number): Promise<void> {
    const back = `- ${minutes} * interval '1 minute'`;
    await this.store.admin(
      `UPDATE mail SET sent_at = sent_at ${back}, next_attempt_at = next_attempt_at ${back}`,
    );
    await this.store.admin(
      `UPDATE mail_digest SET sent_at = sent_at ${back}, due_at = due_at ${back}, urgent_at = urgent_at ${back},
         next_attempt_at = next_attempt_at ${back}`,
    );
  }

  close(): void {
    this.mailer.close();
  }
}
