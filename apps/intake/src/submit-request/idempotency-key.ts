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
