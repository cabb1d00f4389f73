import { randomBytes } from 'node:crypto';
import { sha256Hex } from '@tollgate/runtime';

/** Secret scanners know a key by it. */
const KEY_PREFIX = 'tg_';
const KEY_BYTES = 32;

/** A key as it is shown, once, and as it is stored. */
export interface ApiKey {
  readonly key: string;
  /** SHA-256, hex. */
  readonly hash: string;
}

/** @param chance 32 random bytes */
export function apiKey(chance: Buffer = randomBytes(KEY_BYTES)): ApiKey {
  const key = `${KEY_PREFIX}${chance.toString('base64url')}`;
  return { key, hash: sha256Hex(key) };
}
