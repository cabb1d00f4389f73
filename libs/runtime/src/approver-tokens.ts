import { hash } from 'node:crypto';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { unauthenticated } from './problem.js';
import { provenBy } from './proven-by.js';

/** Who the issuer says the caller is (OpenID Connect `iss` and `sub`), and how it knows. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** When the issuer saw the person: `auth_time`, else when it made the token out (`iat`); milliseconds since 1970. */
  readonly signedInAt?: number;
  /** Whether by a passkey, as `acr` says it. */
  readonly authentication: 'signed-in' | 'passkey';
}

/** Whose tokens are believed. */
export interface ApproverTokensSettings {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's public keys (RFC 7517). */
  readonly keys: JSONWebKeySet;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Verified {
  readonly identity: Identity;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Verified tokens that are kept at hand; the oldest makes room. */
const MAX_CACHED = 10_000;
/** RFC 8037 and RFC 9864: both names of Ed25519 signatures. */
const ALGORITHMS = ['EdDSA', 'Ed25519'];

const authTimeOf = ({ auth_time: time }: JWTPayload): number | undefined =>
  typeof time === 'number' && Number.isFinite(time) ? time : undefined;

/** Checks the bearer tokens of approvers: JWTs (RFC 7519) of one issuer, for one audience, signed with Ed25519. */
export class ApproverTokens {
  readonly #settings: ApproverTokensSettings;
  readonly #keyFor: ReturnType<typeof createLocalJWKSet>;
  /** By the token's SHA-256: a token itself is never kept. */
  readonly #verified = new Map<string, Verified>();

  constructor(settings: ApproverTokensSettings) {
    this.#settings = settings;
    this.#keyFor = createLocalJWKSet(settings.keys);
  }

  /** @throws Problem 401 for a token that is not valid here and now */
  async verify(token: string): Promise<Identity> {
    const key = hash('sha256', token, 'base64url');
    const known = this.#verified.get(key);
    const now = this.#settings.now();
    if (known !== undefined && now < known.expiresAt) return known.identity;
    this.#verified.delete(key);
    const verified = await this.#verify(token, now);
    this.#verified.set(key, verified);
    const oldest = this.#verified.keys().next().value;
    if (this.#verified.size > MAX_CACHED && oldest !== undefined) this.#verified.delete(oldest);
    return verified.identity;
  }

  async #verify(token: string, now: number): Promise<Verified> {
    const { issuer, audience } = this.#settings;
    try {
      const { payload } = await jwtVerify(token, this.#keyFor, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        typ: 'JWT',
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(now),
      });
      if (payload.sub === undefined || payload.exp === undefined)
        throw unauthenticated('The token names no subject.');
      const seconds = authTimeOf(payload) ?? payload.iat;
      return {
        identity: {
          issuer,
          subject: payload.sub,
          authentication: provenBy(payload['acr']),
          ...(seconds === undefined ? {} : { signedInAt: seconds * 1000 }),
        },
        expiresAt: payload.exp * 1000,
      };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw unauthenticated('The token has expired; sign in again.');
      if (error instanceof errors.JOSEError) {
        throw unauthenticated('The token is not one of the approvers’ issuer for this service.');
      }
      throw error;
    }
  }
}
