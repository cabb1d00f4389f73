import { Temporal } from 'temporal-polyfill';

const LONGEST_MS = 366 * 24 * 60 * 60 * 1000;

/** Durations that are kept read: a policy names few, and each request asks for them again. */
const KEPT = 1_000;
const read = new Map<string, number | undefined>();

/**
 * The length of an ISO 8601 duration in milliseconds.
 * @param text of days (of 24 hours), hours, minutes and seconds, like `PT4H` or `P1DT30M`; longer than nothing, at most 366 days
 * @returns undefined for anything else; years, months and weeks have no fixed length here
 */
export function durationMs(text: string): number | undefined {
  const known = read.get(text);
  if (known !== undefined || read.has(text)) return known;
  if (read.size >= KEPT) read.clear();
  const length = lengthOf(text);
  read.set(text, length);
  return length;
}

function lengthOf(text: string): number | undefined {
  try {
    const duration = Temporal.Duration.from(text);
    const milliseconds = duration.total({ unit: 'millisecond' });
    return milliseconds >= 1 && milliseconds <= LONGEST_MS && duration.weeks === 0 ? milliseconds : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
