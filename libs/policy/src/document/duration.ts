import { Temporal } from 'temporal-polyfill';

const LONGEST_MS = 366 * 24 * 60 * 60 * 1000;

/**
 * The length of an ISO 8601 duration in milliseconds.
 * @param text of days (of 24 hours), hours, minutes and seconds, like `PT4H` or `P1DT30M`; longer than nothing, at most 366 days
 * @returns undefined for anything else; years, months and weeks have no fixed length here
 */
export function durationMs(text: string): number | undefined {
  try {
    const duration = Temporal.Duration.from(text);
    const milliseconds = duration.total({ unit: 'millisecond' });
    return milliseconds >= 1 && milliseconds <= LONGEST_MS && duration.weeks === 0 ? milliseconds : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
