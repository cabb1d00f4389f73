/** No answer is held longer than this, in seconds. */
export const MAX_WAIT_SECONDS = 60;

/**
 * How long an answer may be held, by the header `Prefer: wait=N` (RFC 7240).
 * @returns seconds, at most {@link MAX_WAIT_SECONDS}; undefined where nothing valid is preferred (such a preference is ignored)
 */
export function preferredWait(prefer: string | readonly string[] | undefined): number | undefined {
  for (const preference of String(prefer ?? '').split(',')) {
    const seconds = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference)?.[1];
    if (seconds !== undefined) return Math.min(Number(seconds), MAX_WAIT_SECONDS);
  }
  return undefined;
}
