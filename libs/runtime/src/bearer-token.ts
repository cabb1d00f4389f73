import { createHash } from 'node:crypto';
import { unauthenticated } from './problem.js';

/**
 * The token of an `Authorization: Bearer` header (RFC 6750).
 * @throws Problem 401 where there is none
 */
export function bearerToken(authorization: string | undefined): string {
  const match = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? '');
  if (match?.[1] === undefined) throw unauthenticated('Send the header Authorization: Bearer <credential>.');
  return match[1];
}

/** SHA-256, lower-case hex: the only form in which a credential is stored or compared. */
export const sha256Hex = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
