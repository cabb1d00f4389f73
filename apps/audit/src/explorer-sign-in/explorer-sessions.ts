import { type Reader } from '../ledger-reader/reader.js';
import { type Readers } from '../ledger-reader/readers.js';
import { type ExplorerSession, newSessionId, type SessionSeal } from './session-seal.js';

/** A session that nobody uses ends after this time, and any after the longer one. */
const IDLE_MS = 30 * 60_000;
const LONGEST_MS = 8 * 60 * 60_000;
const COOKIE = 'tollgate-explorer';

/** Somebody who is signed in, and the cookie that says so from now on. */
export interface SignedIn {
  readonly reader: Reader;
  readonly session: ExplorerSession;
  /** A `Set-Cookie` header (RFC 6265). */
  readonly setCookie: string;
}

/** What sessions are made of. */
export interface ExplorerSessionsParts {
  readonly seal: SessionSeal;
  readonly readers: Pick<Readers, 'find'>;
  /** Where browsers find the explorer: on https the cookie is never sent in the clear. */
  readonly origin: string;
  /** ms since 1970 */
  readonly now?: () => number;
}

/**
 * Who is signed in. A session is worth what its key is worth at the moment: where the reader is taken off the list, the
 * session opens nothing any more.
 */
export class ExplorerSessions {
  readonly #parts: ExplorerSessionsParts;
  readonly #now: () => number;
  readonly #name: string;
  readonly #attributes: string;
  /** Sessions that were signed out here, with the time at which they would be over anyway. */
  readonly #ended = new Map<string, number>();

  constructor(parts: ExplorerSessionsParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    const secure = parts.origin.startsWith('https:');
    this.#name = secure ? `__Host-${COOKIE}` : COOKIE;
    this.#attributes = `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  }

  begin(reader: Reader): SignedIn {
    const now = this.#now();
    return this.#signedIn(reader, {
      keySha256: reader.keySha256,
      id: newSessionId(),
      signedInAt: now,
      seenAt: now,
    });
  }

  /** @param cookies the `Cookie` header */
  find(cookies: string | undefined): SignedIn | undefined {
    const session = this.#read(cookies);
    if (session === undefined) return undefined;
    const reader = this.#parts.readers.find(session.keySha256);
    return reader === undefined ? undefined : this.#signedIn(reader, { ...session, seenAt: this.#now() });
  }

  /** @returns the `Set-Cookie` header that takes the cookie away; the session opens nothing any more in this process */
  end(cookies: string | undefined): string {
    const session = this.#read(cookies);
    const now = this.#now();
    for (const [id, over] of this.#ended) if (over <= now) this.#ended.delete(id);
    if (session !== undefined) this.#ended.set(session.id, session.signedInAt + LONGEST_MS);
    return `${this.#name}=; Max-Age=0; ${this.#attributes}`;
  }

  #signedIn(reader: Reader, session: ExplorerSession): SignedIn {
    const setCookie = `${this.#name}=${this.#parts.seal.seal(session)}; Max-Age=${IDLE_MS / 1000}; ${this.#attributes}`;
    return { reader, session, setCookie };
  }

  #read(cookies: string | undefined): ExplorerSession | undefined {
    for (const pair of cookies?.split(';') ?? []) {
      const at = pair.indexOf('=');
      if (at < 0 || pair.slice(0, at).trim() !== this.#name) continue;
      const session = this.#parts.seal.open(pair.slice(at + 1).trim());
      if (session !== undefined && this.#isAlive(session)) return session;
    }
    return undefined;
  }

  #isAlive({ id, signedInAt, seenAt }: ExplorerSession): boolean {
    const now = this.#now();
    return now - seenAt < IDLE_MS && now - signedInAt < LONGEST_MS && !this.#ended.has(id);
  }
}
