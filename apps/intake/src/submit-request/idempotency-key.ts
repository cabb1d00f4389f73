import { Problem } from '@tollgate/runtime';

/** A producer's own id of a request is no longer than this, in characters. */
export const MAX_KEY_LENGTH = 200;

const CONTROL = /\p{Cc}|\uFFFD/u;

/**
 * What is wrong with a producer's own id of a request, for people; undefined for a good one.
 * @param key the header `Idempotency-Key`, or the key of an inbound record
 */
export function keyFault(key: string): string | undefined {
  if (key.length === 0) return 'must not be empty';
  if (key.length > MAX_KEY_LENGTH) return `must be at most ${MAX_KEY_LENGTH} characters long`;
  if (CONTROL.test(key) || !key.isWellFormed()) return 'must be text without control characters';
  return undefined;
}

const PRINTABLE = /^[\x20-\x7e]*$/;

/**
 * The idempotency key that a call gives.
 * @returns null where it gives none
 * @throws Problem 400 for one that cannot be kept
 */
export function idempotencyKeyOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const key = String(header);
  const fault = PRINTABLE.test(key) ? keyFault(key) : 'must be printable ASCII';
  if (fault === undefined) return key;
  throw new Problem(400, 'invalid-header', 'A header is not valid', {
    detail: `The header Idempotency-Key ${fault}.`,
  });
}
