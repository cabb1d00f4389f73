import { Temporal } from 'temporal-polyfill';

/** True for the name of an IANA time zone that this runtime knows. An offset is no zone: it knows no clock changes. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return !/^[+-]/.test(zone);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
