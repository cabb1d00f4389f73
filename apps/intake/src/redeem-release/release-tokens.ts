import { createPublicKey } from 'node:crypto';
import { isUuid } from '@tollgate/contracts';
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { type KeyRecord } from '../jwks/key-record.js';
import { type PublicReleaseKey } from '../jwks/release-key.js';
import { RELEASE_TOKEN_TYPE } from '../release-action/sign-release.js';

/** Which release a token is of. */
export interface TokenSubject {
  readonly releaseId: string;
  readonly requestId: string;
}

const kidOf = (token: string): string | undefined => {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    // Whatever it is, it is no token.
    return undefined;
  }
};

/** When it expires is for the database to say. */
const BEFORE_ANY_EXPIRY = new Date(0);

/** Reads release tokens: only what a key on record has signed, as this system signs. */
export class ReleaseTokens {
  constructor(
    private readonly issuer: string,
    private readonly record: Pick<KeyRecord, 'all' | 'allNow'>,
  ) {}

  /** @returns undefined for a token that is not ours, for whatever reason; one that has expired is ours */
  async read(token: string): Promise<TokenSubject | undefined> {
    const key = await this.#key(kidOf(token));
    if (key === undefined) return undefined;
    const claims = await this.#verified(token, key);
    const { jti, sub } = claims ?? {};
    return jti !== undefined && sub !== undefined && isUuid(jti) && isUuid(sub)
      ? { releaseId: jti, requestId: sub }
      : undefined;
  }

  async #key(kid: string | undefined): Promise<PublicReleaseKey | undefined> {
    if (kid === undefined) return undefined;
    const isIt = (key: PublicReleaseKey): boolean => key.kid === kid;
    // Another process may sign with a new key, which it has put on record just before.
    return (await this.record.all()).find(isIt) ?? (await this.record.allNow()).find(isIt);
  }

  async #verified(token: string, publicJwk: PublicReleaseKey): Promise<JWTPayload | undefined> {
    try {
      const key = createPublicKey({ key: { ...publicJwk }, format: 'jwk' });
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['EdDSA'],
        issuer: this.issuer,
        typ: RELEASE_TOKEN_TYPE,
        requiredClaims: ['aud', 'exp'],
        currentDate: BEFORE_ANY_EXPIRY,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}
