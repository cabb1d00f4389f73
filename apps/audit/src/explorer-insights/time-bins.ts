const DAY_MS = 24 * 60 * 60_000;
const WEEK_DAYS = 7;
/** A longer period is shown week by week. */
const MOST_SHOWN_BY_DAY = 42;
/** 1970-01-05, the first Monday of the epoch. */
const A_MONDAY = 4;

/** A period in days or in weeks, which begin on Monday. All of it UTC. */
export interface TimeBins {
  readonly unit: 'day' | 'week';
  /** Of one bin. */
  readonly days: number;
  /** The first day of the first bin; of weeks it may lie before the period. */
  readonly begin: Date;
  /** The first day of each bin, `2026-11-02`. */
  readonly starts: readonly string[];
}

/** A moment's day in UTC: `2026-11-02`. */
export const dayText = (time: Date | number): string => new Date(time).toISOString().slice(0, 10);

/**
 * Cuts a period into days, or into weeks where it is long.
 * @param from midnight of the first day
 * @param to midnight after the last day; later than `from`
 */
export function timeBins(from: Date, to: Date): TimeBins {
  const firstDay = from.getTime() / DAY_MS;
  const isShort = to.getTime() / DAY_MS - firstDay <= MOST_SHOWN_BY_DAY;
  const days = isShort ? 1 : WEEK_DAYS;
  const sinceMonday = (((firstDay - A_MONDAY) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS;
  const begin = new Date(from.getTime() - (isShort ? 0 : sinceMonday * DAY_MS));
  const count = Math.ceil((to.getTime() - begin.getTime()) / (days * DAY_MS));
  return {
    unit: isShort ? 'day' : 'week',
    days,
    begin,
    starts: Array.from({ length: count }, (_, nth) => dayText(begin.getTime() + nth * days * DAY_MS)),
  };
}
