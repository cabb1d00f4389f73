const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long a message waits after its first, second, … failure. */
const WAITS_MS = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
];

/** What a receiver may ask for at most with `Retry-After`, in milliseconds. */
export const LONGEST_ASKED_MS = HOUR_MS;

/**
 * How long a message waits before it is tried again, up to a quarter less, so that what failed together does not come
 * back together: a quarter of a day and half of the next in all.
 * @param attempts how often it was tried, from 1
 * @param chance from 0 to 1
 * @param askedMs what the receiver asked for
 * @returns milliseconds; undefined where it was tried often enough
 */
export function webhookBackOff(attempts: number, chance: number, askedMs = 0): number | undefined {
  const wait = WAITS_MS[attempts - 1];
  return wait === undefined
    ? undefined
    : Math.max(wait * (1 - chance / 4), Math.min(askedMs, LONGEST_ASKED_MS));
}
