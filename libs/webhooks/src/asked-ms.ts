/**
 * How long a receiver asks not to be told: `Retry-After` (RFC 9110) in seconds, or as a date.
 * @param now milliseconds since 1970
 * @returns milliseconds; undefined where it asks for nothing that can be read
 */
export function askedMs(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = / GMT$/.test(retryAfter) ? Date.parse(retryAfter) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
