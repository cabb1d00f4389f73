import { type Instant } from '../approval/approval.js';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZone: zone,
      timeZoneName: 'shortOffset',
    });
    formats.set(zone, format);
  }
  return format;
}

/**
 * An instant as the reader's clock shows it, like `Mon, 23 Nov 2026, 14:05:00 GMT+1 (Europe/Berlin)`.
 * @param zone IANA time zone
 */
export const describeTime = (instant: Instant, zone: string): string =>
  `${formatOf(zone).format(instant)} (${zone})`;
