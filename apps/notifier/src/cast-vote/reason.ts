export { lacksReason } from '@tollgate/policy';

/** What a vote's reason may hold, in characters. */
export const MAX_REASON = 4000;

/**
 * What is wrong with a reason, for people.
 * @returns undefined for a reason that can be kept
 */
export function reasonFault(reason: string): string | undefined {
  if (reason.length > MAX_REASON) return `must be shorter than or equal to ${MAX_REASON} characters`;
  // The database holds no NUL, and a lone surrogate is no text (RFC 7493).
  return reason.includes('\0') || !reason.isWellFormed()
    ? 'must be text without NUL and lone surrogates'
    : undefined;
}
