import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail as it arrived. */
export interface ArrivedMail {
  readonly to: string;
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly parsed: ParsedMail;
  /** The link of the text part. */
  readonly link: string;
}

const addressOf = (to: AddressObject | AddressObject[] | undefined): string =>
  (Array.isArray(to) ? to : to === undefined ? [] : [to]).map(({ text }) => text).join(', ');

/** A mail server that takes mails, or does not, as the spec says. */
export class FakeInbox {
  readonly mails: ArrivedMail[] = [];
  /** Addresses that are refused for good. */
  readonly refused = new Set<string>();
  /** How long each mail takes, in milliseconds. */
  delayMs = 0;
  /** The server answers no mail before this. */
  gate: Promise<void> = Promise.resolve();
  /** Mails that were handed over, answered or not. */
  handedOver = 0;
  #server: SMTPServer | undefined;

  constructor(readonly port: number) {}

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  async open(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      // Connections of a mailer's pool are cut, as a server that goes down cuts them.
      closeTimeout: 50,
      onRcptTo: ({ address }, _session, done) =>
        done(
          this.refused.has(address)
            ? Object.assign(new Error('no such mailbox'), { responseCode: 550 })
            : null,
        ),
      onData: (stream, _session, done) => {
        void simpleParser(stream).then((parsed) => {
          this.handedOver += 1;
          void this.gate.then(() =>
            setTimeout(() => {
              this.#take(parsed);
              done();
            }, this.delayMs),
          );
        }, done);
      },
    });
    this.#server = server;
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** The mails to a person's address. */
  to(address: string): ArrivedMail[] {
    return this.mails.filter((mail) => mail.to.includes(address));
  }

  #take(parsed: ParsedMail): void {
    const text = parsed.text ?? '';
    this.mails.push({
      to: addressOf(parsed.to),
      messageId: parsed.messageId ?? '',
      subject: parsed.subject ?? '',
      text,
      html: typeof parsed.html === 'string' ? parsed.html : '',
      parsed,
      link: /https?:\/\/\S+\/review\/\S+/.exec(text)?.[0] ?? '',
    });
  }
}
