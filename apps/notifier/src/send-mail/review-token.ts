import { createHash, createHmac } from 'node:crypto';

/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** True for what looks like a token of a review link. */
export const looksLikeToken = (text: string): boolean => TOKEN.test(text);

/** The form in which a token is stored: its SHA-256. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Makes what only the holder of a mail can know. */
export class ReviewTokens {
  /** @param secret from the link secret file */
  constructor(private readonly secret: string) {}

  /** The token of a person's review link: the same each time, so that a mail sent again holds the same link. */
  linkToken(requestId: string, person: string): string {
    return this.#mac('link', requestId, person);
  }

  /** The token of the link by which a question is answered; nothing else opens by it. */
  answerToken(requestId: string, number: number): string {
    return this.#mac('answer', requestId, String(number));
  }

  #mac(...parts: string[]): string {
    return createHmac('sha256', this.secret).update(parts.join('\n')).digest('base64url');
  }
}
