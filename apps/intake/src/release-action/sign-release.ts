import { sign } from 'node:crypto';
import { type Release, releaseIdFor, type Request } from '@tollgate/contracts';
import { type ReleaseKey } from '../jwks/release-key.js';

/** The `typ` of a release token: an explicit type, as RFC 8725 advises. */
export const RELEASE_TOKEN_TYPE = 'tollgate-release+jwt';

/** Who signs, with what. */
export interface ReleaseSigner {
  /** `iss`. */
  readonly issuer: string;
  readonly key: ReleaseKey;
}

/** What is released and until when. */
export interface Releasing {
  /** As it was submitted. */
  readonly request: Request;
  /** ISO 8601. */
  readonly decidedAt: string;
  /** How long it may be used from the decision on, in milliseconds. */
  readonly validityMs: number;
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (ms: number): number => Math.floor(ms / 1000);

/** Signs releases. The same release gives the same token: nothing in it depends on when it was signed. */
export function releaseSigner({ issuer, key }: ReleaseSigner): (releasing: Releasing) => Release {
  const header = encoded({ alg: 'EdDSA', typ: RELEASE_TOKEN_TYPE, kid: key.publicJwk.kid });
  return ({ request, decidedAt, validityMs }) => {
    const id = releaseIdFor(request.id);
    const decided = Date.parse(decidedAt);
    const expires = decided + validityMs;
    const claims = encoded({
      iss: issuer,
      aud: request.producer,
      sub: request.id,
      jti: id,
      iat: seconds(decided),
      exp: seconds(expires),
      contentHash: request.contentHash,
    });
    const signed = `${header}.${claims}`;
    const signature = sign(null, Buffer.from(signed), key.privateKey).toString('base64url');
    return {
      id,
      token: `${signed}.${signature}`,
      audience: request.producer,
      expiresAt: new Date(expires).toISOString(),
      releasedAt: new Date(decided).toISOString(),
    };
  };
}
