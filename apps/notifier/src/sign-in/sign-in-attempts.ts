import { createHash } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, errors } from 'jose';
import { type DataSource } from 'typeorm';
import { Statement } from '../database/statement.js';
import { newCookieValue, OwnCookie } from './cookies.js';

/** Somebody on the way to the provider and back. */
export interface SignInAttempt {
  /** Path of this service to go to afterwards. */
  readonly to: string;
  /** `nonce` of OpenID Connect: the answer must name it. */
  readonly nonce: string;
  /** Secret of PKCE (RFC 7636). */
  readonly codeVerifier: string;
  /** How long ago the provider may have seen the person, in seconds. */
  readonly maxAge: number;
}

const ATTEMPT_SECONDS = 10 * 60;
/** RFC 7518: the key is used directly. */
const SEALED_BY = { alg: 'dir', enc: 'A256GCM' } as const;

const insert = new Statement(
  'sign_in_attempt_insert',
  `INSERT INTO sign_in_attempt (state_sha256, sealed, expires_at)
   VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))`,
);
const take = new Statement<{ readonly sealed: string; readonly open: boolean }>(
  'sign_in_attempt_take',
  'DELETE FROM sign_in_attempt WHERE state_sha256 = $1 RETURNING sealed, expires_at > clock_timestamp() AS open',
);
const removeEnded = new Statement(
  'sign_in_attempt_remove_ended',
  'DELETE FROM sign_in_attempt WHERE expires_at <= clock_timestamp()',
);

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const isAttempt = (value: unknown): value is SignInAttempt =>
  value !== null &&
  typeof value === 'object' &&
  ['to', 'nonce', 'codeVerifier'].every((name) => typeof Reflect.get(value, name) === 'string') &&
  typeof Reflect.get(value, 'maxAge') === 'number';

/**
 * Attempts to sign in. Each can be taken once, within ten minutes, and only by the browser that began it: the row is
 * sealed with a key that lies in a cookie of that browser alone.
 */
export class SignInAttempts {
  readonly #cookie: OwnCookie;

  /** @param origin of this service, as browsers see it */
  constructor(
    private readonly dataSource: DataSource,
    origin: string,
  ) {
    this.#cookie = new OwnCookie('tollgate_sign_in', origin);
  }

  /**
   * @param state `state` of OAuth 2.0, by which the attempt is found again
   * @returns `Set-Cookie`
   */
  async begin(cookieHeader: string | undefined, state: string, attempt: SignInAttempt): Promise<string> {
    // One key for all attempts of a browser, so that two tabs can sign in side by side.
    const secret = this.#cookie.read(cookieHeader) ?? newCookieValue();
    const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(attempt)))
      .setProtectedHeader(SEALED_BY)
      .encrypt(sha256(secret));
    await insert.run(this.dataSource, sha256(state), sealed, ATTEMPT_SECONDS);
    return this.#cookie.set(secret, ATTEMPT_SECONDS);
  }

  /**
   * Takes an attempt: whoever asks for it again, in whatever way, finds none.
   * @returns undefined for one that was never begun, is over, was taken already, or belongs to another browser
   */
  async take(cookieHeader: string | undefined, state: string): Promise<SignInAttempt | undefined> {
    const [row] = await take.run(this.dataSource, sha256(state));
    const secret = this.#cookie.read(cookieHeader);
    if (row === undefined || !row.open || secret === undefined) return undefined;
    try {
      const { plaintext } = await compactDecrypt(row.sealed, sha256(secret));
      const attempt: unknown = JSON.parse(Buffer.from(plaintext).toString());
      return isAttempt(attempt) ? attempt : undefined;
    } catch (error) {
      if (error instanceof errors.JWEDecryptionFailed) return undefined;
      throw error;
    }
  }

  /** Removes what is over. */
  async removeEnded(): Promise<void> {
    await removeEnded.run(this.dataSource);
  }
}
