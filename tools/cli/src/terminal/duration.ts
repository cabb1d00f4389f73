import { Temporal } from 'temporal-polyfill';

const SHORT = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A duration as people type it (`90s`, `10m`, `1.5h`) or in ISO 8601 (`PT10M`), in milliseconds; undefined for
 * anything else, for nothing and less, and for months and years, which have no length of their own.
 */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = SHORT.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    const ms = Number(amount) * (UNIT_MS[unit] ?? Number.NaN);
    return ms > 0 ? ms : undefined;
  }
  try {
    const ms = Temporal.Duration.from(text).total({ unit: 'millisecond' });
    return ms > 0 ? ms : undefined;
  } catch {
    return undefined;
  }
}

/** A span of time in words, rounded: `45 s`, `10 min`, `3 h 20 min`, `2 days`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** A time in UTC to the second, for people: `2026-11-22 14:03:12 UTC`. */
export const timeText = (time: Date): string => `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
