import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;
/** How long a page may lie open before its form has to be loaded again. */
const WINDOW_MS = 60 * 60 * 1000;

/** True for what looks like a token of a review link. */
export const looksLikeToken = (text: string): boolean => TOKEN.test(text);

/** The form in which a token is stored: its SHA-256. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Makes and checks what only the holder of a mail, or of an open page, can know. */
export class ReviewTokens {
  /** @param secret from the link secret file */
  constructor(private readonly secret: string) {}

  /** The token of a person's review link: the same each time, so that a mail sent again holds the same link. */
  linkToken(requestId: string, person: string): string {
    return this.#mac('link', requestId, person);
  }

  /**
   * The one-time value of a page's form: bound to the link, the step and the content it shows.
   * @param now milliseconds since 1970
   */
  viewNonce(token: string, step: number, contentHash: string, now: number): string {
    return this.#nonceOf(token, step, contentHash, Math.floor(now / WINDOW_MS));
  }

  /** True for a nonce of the same view that is at most two hours old. */
  isViewNonce(nonce: string, token: string, step: number, contentHash: string, now: number): boolean {
    const window = Math.floor(now / WINDOW_MS);
    return [window, window - 1].some((each) => equal(nonce, this.#nonceOf(token, step, contentHash, each)));
  }

  #nonceOf(token: string, step: number, contentHash: string, window: number): string {
    return this.#mac('view', token, String(step), contentHash, String(window));
  }

  #mac(...parts: string[]): string {
    return createHmac('sha256', this.secret).update(parts.join('\n')).digest('base64url');
  }
}

const equal = (given: string, expected: string): boolean => {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
};
