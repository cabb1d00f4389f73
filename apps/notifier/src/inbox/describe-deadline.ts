import { type Instant, isoTime } from '../approval/approval.js';
import { timeLeft } from '../ask/time-left.js';

/** A time in a list: in the reader's zone, which the list names once. */
export interface ListedTime {
  /** RFC 3339, for the page's script. */
  readonly iso: string;
  /** Like `Mon 23 Nov, 14:05`; with the year where it is another one. */
  readonly text: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string, withYear: boolean): Intl.DateTimeFormat {
  const key = `${zone} ${withYear}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      ...(withYear ? { year: 'numeric' } : {}),
      hour: '2-digit',
      minute: '2-digit',
      timeZone: zone,
    });
    formats.set(key, format);
  }
  return format;
}

const years = new Map<string, Intl.DateTimeFormat>();

function yearOf(instant: Instant, zone: string): string {
  let format = years.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { year: 'numeric', timeZone: zone });
    years.set(zone, format);
  }
  return format.format(instant);
}

/**
 * @param now for whether the year goes without saying
 * @param zone IANA time zone of the reader
 */
export const listedTime = (instant: Instant, now: Instant, zone: string): ListedTime => ({
  iso: isoTime(instant),
  text: formatOf(zone, yearOf(instant, zone) !== yearOf(now, zone)).format(instant),
});

/** How long is left until a deadline, in words, or that it has passed. */
export const leftUntil = (deadline: Instant, now: Instant): string =>
  now >= deadline ? 'the time is over' : timeLeft(deadline - now);
