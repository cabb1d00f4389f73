import { readFile } from 'node:fs/promises';
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** The public half of the release key, as `GET /.well-known/jwks.json` shows it (RFC 7517, RFC 8037). */
export interface PublicReleaseKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  /** The key's thumbprint (RFC 7638). */
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

/** The key that signs releases. */
export interface ReleaseKey {
  readonly privateKey: KeyObject;
  readonly publicJwk: PublicReleaseKey;
}

/** The release key file is of no use; the message says why, never what is in it. */
export class ReleaseKeyError extends Error {
  override readonly name = 'ReleaseKeyError';
}

/**
 * Reads the release key.
 * @param text a private Ed25519 key as a JWK (RFC 8037)
 * @throws ReleaseKeyError for anything else
 */
export function releaseKey(text: string): ReleaseKey {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: JSON.parse(text), format: 'jwk' });
  } catch {
    // The cause may quote the key.
    throw new ReleaseKeyError('the release key file does not hold a private key as a JWK');
  }
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  if (privateKey.asymmetricKeyType !== 'ed25519' || x === undefined) {
    throw new ReleaseKeyError('the release key must be an Ed25519 key');
  }
  // The thumbprint is over the required members in this order.
  const kid = createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');
  return { privateKey, publicJwk: { kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' } };
}

/**
 * Reads the release key from its file.
 * @throws ReleaseKeyError when it cannot be read or holds something else
 */
export async function readReleaseKey(file: string): Promise<ReleaseKey> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new ReleaseKeyError(`${file}: the file that RELEASE_KEY_FILE names cannot be read (${code})`);
  }
  return releaseKey(text);
}
