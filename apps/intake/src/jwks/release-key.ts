import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** The public half of a release key, as `GET /.well-known/jwks.json` shows it (RFC 7517, RFC 8037). */
export interface PublicReleaseKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  /** The key's thumbprint (RFC 7638). */
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

/** A key that signs releases. */
export interface ReleaseKey {
  readonly privateKey: KeyObject;
  readonly publicJwk: PublicReleaseKey;
}

/** What a key file holds: a key that can sign, or a public one, with which releases are only verified. */
export type KeyFile = ReleaseKey | { readonly privateKey: undefined; readonly publicJwk: PublicReleaseKey };

/** A release key file is of no use; the message says why, never what is in it. */
export class ReleaseKeyError extends Error {
  override readonly name = 'ReleaseKeyError';
}

/** The public key whose point is `x`, with its thumbprint. */
export function publicKey(x: string): PublicReleaseKey {
  // The thumbprint is over the required members in this order.
  const kid = createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
  return { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' };
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The cause may quote the key.
    return undefined;
  }
};

function keyObject(text: string): KeyObject {
  const jwk = parsed(text);
  try {
    if (typeof jwk === 'object' && jwk !== null) {
      const given = { key: { ...jwk }, format: 'jwk' as const };
      return 'd' in jwk ? createPrivateKey(given) : createPublicKey(given);
    }
  } catch {
    // As above.
  }
  throw new ReleaseKeyError('a release key file does not hold a key as a JWK');
}

/**
 * Reads a release key.
 * @param text an Ed25519 key as a JWK (RFC 8037), private or public
 * @throws ReleaseKeyError for anything else
 */
export function keyFile(text: string): KeyFile {
  const key = keyObject(text);
  const isPrivate = key.type === 'private';
  const { x } = (isPrivate ? createPublicKey(key) : key).export({ format: 'jwk' });
  if (key.asymmetricKeyType !== 'ed25519' || x === undefined)
    throw new ReleaseKeyError('a release key must be an Ed25519 key');
  const publicJwk = publicKey(x);
  return isPrivate ? { privateKey: key, publicJwk } : { privateKey: undefined, publicJwk };
}

/**
 * Reads a key that signs releases.
 * @throws ReleaseKeyError for anything but a private Ed25519 key as a JWK
 */
export function releaseKey(text: string): ReleaseKey {
  const key = keyFile(text);
  if (key.privateKey === undefined)
    throw new ReleaseKeyError('the release key file holds a public key, which cannot sign');
  return key;
}
