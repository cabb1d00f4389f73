import { randomBytes } from 'node:crypto';

/** What a cookie of this service holds: 256 random bits in base64url, and nothing else. */
const WELL_FORMED = /^[A-Za-z0-9_-]{43}$/;

/** A new value for a cookie. */
export const newCookieValue = (): string => randomBytes(32).toString('base64url');

/** A cookie of this service: opaque, for the whole origin, kept from scripts and from other sites' posts. */
export class OwnCookie {
  readonly #name: string;
  readonly #attributes: string;

  /**
   * @param name without prefix; on https it gets `__Host-`, so that no other host of the domain can set it
   * @param origin of this service, as browsers see it
   */
  constructor(name: string, origin: string) {
    const secure = origin.startsWith('https:');
    this.#name = secure ? `__Host-${name}` : name;
    this.#attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  }

  /** @returns the value in a `Cookie` header, undefined where there is none of the right form */
  read(header: string | undefined): string | undefined {
    for (const pair of header?.split(';') ?? []) {
      const at = pair.indexOf('=');
      if (at < 0 || pair.slice(0, at).trim() !== this.#name) continue;
      const value = pair.slice(at + 1).trim();
      if (WELL_FORMED.test(value)) return value;
    }
    return undefined;
  }

  /** `Set-Cookie` (RFC 6265) for so many seconds. */
  set(value: string, seconds: number): string {
    return `${this.#name}=${value}; Max-Age=${seconds}; ${this.#attributes}`;
  }

  /** `Set-Cookie` that takes it away. */
  clear(): string {
    return `${this.#name}=; Max-Age=0; ${this.#attributes}`;
  }
}
