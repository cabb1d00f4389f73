import { createHash } from 'node:crypto';
import { isActive, personOf } from '@tollgate/policy';
import { unavailable } from '@tollgate/runtime';
import { type DataSource } from 'typeorm';
import { type Instant } from '../approval/approval.js';
import { type PolicySource } from '../approval/ruling-policy.js';
import { newCookieValue, OwnCookie } from './cookies.js';
import { type NewSession, sessions } from './sessions.store.js';

/** Who is signed in in a browser, and how surely. */
export interface Session {
  readonly person: string;
  readonly authentication: 'signed-in' | 'passkey';
  /** When the person proved to the provider who they are; by the database's clock at the latest. */
  readonly signedInAt: Instant;
}

/** After so many seconds a session ends, whatever was done in it. */
export const SESSION_SECONDS = 12 * 60 * 60;
/** After so many seconds without a page it ends too. */
export const IDLE_SECONDS = 4 * 60 * 60;
/** That it was used is noted at most this often, so that reading pages costs no writes. */
const NOTE_EVERY_SECONDS = 5 * 60;

const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();

/**
 * The sessions of signed-in people. A session is worth no more than the directory says at the moment: whoever was
 * deactivated, or whose identity was taken away, is not signed in any more.
 */
export class Sessions {
  readonly #cookie: OwnCookie;

  /** @param origin of this service, as browsers see it */
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PolicySource,
    origin: string,
  ) {
    this.#cookie = new OwnCookie('tollgate_session', origin);
  }

  /**
   * @param cookieHeader the header of that name
   * @returns undefined where nobody is signed in
   * @throws Problem 503 while no policy rules
   */
  async find(cookieHeader: string | undefined): Promise<Session | undefined> {
    const token = this.#cookie.read(cookieHeader);
    if (token === undefined) return undefined;
    const hash = tokenHash(token);
    const row = await sessions.find(this.dataSource, hash, IDLE_SECONDS, NOTE_EVERY_SECONDS);
    if (row === undefined) return undefined;
    const ruling = this.policy.current();
    if (ruling === undefined) throw unavailable('No policy rules yet, so nobody is known; try again.');
    const { person, issuer, subject, method } = row;
    if (personOf(ruling.policy, issuer, subject) !== person || !isActive(ruling.policy, person))
      return undefined;
    if (row.to_note) await sessions.note(this.dataSource, hash);
    return { person, authentication: method, signedInAt: row.signed_in_at };
  }

  /**
   * Begins a session under a token that nobody has seen before, and ends the one that the browser had.
   * @returns `Set-Cookie`
   */
  async begin(cookieHeader: string | undefined, session: NewSession): Promise<string> {
    const token = newCookieValue();
    const before = this.#cookie.read(cookieHeader);
    await this.dataSource.transaction(async (tx) => {
      if (before !== undefined) await sessions.remove(tx, tokenHash(before));
      await sessions.insert(tx, tokenHash(token), session, SESSION_SECONDS);
    });
    return this.#cookie.set(token, SESSION_SECONDS);
  }

  /**
   * Ends the session of a browser, where it has one.
   * @returns `Set-Cookie`
   */
  async end(cookieHeader: string | undefined): Promise<string> {
    const token = this.#cookie.read(cookieHeader);
    if (token !== undefined) await sessions.remove(this.dataSource, tokenHash(token));
    return this.#cookie.clear();
  }

  /** Removes what has ended. */
  async removeEnded(): Promise<number> {
    return sessions.removeEnded(this.dataSource, IDLE_SECONDS);
  }
}
