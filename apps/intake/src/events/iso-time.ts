/** The last millisecond of the year 9999: later ones have no four-digit year. */
const LAST_MS = 253_402_300_799_999;

/** A record's time as ISO 8601. Whoever wrote the record chose it: what is no date of this era becomes 1970. */
export const isoTime = (ms: number): string => new Date(ms >= 0 && ms <= LAST_MS ? ms : 0).toISOString();
