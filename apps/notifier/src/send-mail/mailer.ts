import { createTransport, type Transporter } from 'nodemailer';
import { type ComposedMail } from './composed-mail.js';

/** One mail on its way. */
export interface OutgoingMail extends ComposedMail {
  readonly to: { readonly name: string; readonly address: string };
  readonly messageId: string;
  /** The Message-ID that the thread hangs on; absent for a mail about many requests. */
  readonly threadId?: string;
}

/** What the mail server made of a mail. */
export type Delivery =
  | { readonly kind: 'accepted' }
  /** It will never take this one (SMTP 5xx for this recipient or message). */
  | { readonly kind: 'refused'; readonly failure: string }
  /** Not now. */
  | { readonly kind: 'failed'; readonly failure: string };

/** Takes mails. The real one speaks SMTP. */
export interface Mailer {
  deliver(mail: OutgoingMail): Promise<Delivery>;
  close(): void;
}

const CONNECTIONS = 4;
const CONNECT_TIMEOUT_MS = 10_000;
/** A slow server may take half a minute for an answer. */
const SOCKET_TIMEOUT_MS = 45_000;
/** Errors about this mail; all others are about the way to the server. */
const ABOUT_THE_MAIL = new Set(['EENVELOPE', 'EMESSAGE']);

function failureOf(error: unknown): Delivery {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : undefined;
  // The server's own words may quote the address; its code says enough.
  const failure = status === undefined ? code : `${code} ${status}`;
  const forGood = ABOUT_THE_MAIL.has(code) && (status === undefined || status >= 500);
  return { kind: forGood ? 'refused' : 'failed', failure };
}

/** Sends mails by SMTP over a few connections that stay open while there is something to send. */
export class SmtpMailer implements Mailer {
  readonly #transport: Transporter;

  /**
   * @param url `smtp://` or `smtps://`, with user and password where the server wants them
   * @param from the sender's address, or `Name <address>`
   */
  constructor(
    url: string,
    private readonly from: string,
  ) {
    this.#transport = createTransport({
      url,
      pool: true,
      maxConnections: CONNECTIONS,
      maxMessages: 1000,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async deliver({ to, subject, text, html, messageId, threadId }: OutgoingMail): Promise<Delivery> {
    try {
      await this.#transport.sendMail({
        from: this.from,
        to,
        subject,
        text,
        html,
        messageId,
        ...(threadId === undefined ? {} : { references: threadId, inReplyTo: threadId }),
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      return { kind: 'accepted' };
    } catch (error) {
      return failureOf(error);
    }
  }

  close(): void {
    this.#transport.close();
  }
}
