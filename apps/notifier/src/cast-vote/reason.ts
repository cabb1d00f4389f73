import { type PlanStep, type Verdict } from '@tollgate/contracts';

/** What a vote's reason may hold, in characters. */
export const MAX_REASON = 4000;

const READABLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a step asks for a reason with a verdict that has none; blanks and invisible characters are none. */
export const lacksReason = (
  { reasonFor = [] }: Pick<PlanStep, 'reasonFor'>,
  { verdict, reason }: { readonly verdict: Verdict; readonly reason: string },
): boolean => reasonFor.includes(verdict) && !READABLE.test(reason);

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
