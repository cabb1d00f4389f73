import { readFileSync } from 'node:fs';
import { type JSONWebKeySet } from 'jose';

const SHORTEST_SECRET = 32;

/**
 * The secret of the review links.
 * @throws Error for a file that holds less than 32 characters
 */
export function readLinkSecret(file: string): string {
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < SHORTEST_SECRET)
    throw new Error(`LINK_SECRET_FILE: ${file} must hold at least ${SHORTEST_SECRET} characters`);
  return secret;
}

/**
 * The secret with which this service is known to the OpenID provider.
 * @throws Error for a file without one
 */
export function readClientSecret(file: string): string {
  const secret = readFileSync(file, 'utf8').trim();
  if (secret === '') throw new Error(`OIDC_CLIENT_SECRET_FILE: ${file} is empty`);
  return secret;
}

const isJwks = (value: unknown): value is JSONWebKeySet =>
  value !== null &&
  typeof value === 'object' &&
  'keys' in value &&
  Array.isArray(value.keys) &&
  value.keys.length > 0;

/**
 * The public keys of the approvers' issuer.
 * @throws Error for a file that is no JWK set (RFC 7517), or that holds a private key
 */
export function readJwks(file: string): JSONWebKeySet {
  const refuse = (why: string): never => {
    throw new Error(`APPROVER_JWKS_FILE: ${file} ${why}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return refuse('is not JSON');
  }
  if (!isJwks(value)) return refuse('is no JWK set with keys');
  if (value.keys.some((key) => 'd' in key || 'k' in key))
    return refuse('holds a private key; give public keys only');
  return value;
}
