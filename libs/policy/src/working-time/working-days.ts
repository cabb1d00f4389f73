import { type WorkingTime, type WorkingWeek } from '@tollgate/contracts';
import { Temporal } from 'temporal-polyfill';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Days in the order of their ISO 8601 numbers, from 1. */
const DAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly (keyof WorkingWeek)[];

const HOURS = /^(\d{2}):(\d{2})\/(\d{2}):(\d{2})$/;

/** A span of a day in minutes of its wall clock; the end is not part of it. */
export interface DaySpan {
  readonly from: number;
  readonly until: number;
}

/** A span of time in milliseconds since 1970; the end is not part of it. */
export interface InstantSpan {
  readonly from: number;
  readonly until: number;
}

/** The hours of one day, in order; hours that overlap count once. `undefined` for text that is no span of a day. */
export function spansOf(hours: readonly string[]): DaySpan[] | undefined {
  const spans: DaySpan[] = [];
  for (const text of hours) {
    const parts = HOURS.exec(text)?.slice(1).map(Number);
    if (parts === undefined) return undefined;
    const [fromHour = 0, fromMinute = 0, untilHour = 0, untilMinute = 0] = parts;
    const span = { from: fromHour * 60 + fromMinute, until: untilHour * 60 + untilMinute };
    if (fromMinute > 59 || untilMinute > 59 || span.until > 24 * 60 || span.from >= span.until)
      return undefined;
    spans.push(span);
  }
  const joined: DaySpan[] = [];
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const last = joined.at(-1);
    if (last === undefined || last.until < span.from) joined.push(span);
    else joined[joined.length - 1] = { from: last.from, until: Math.max(last.until, span.until) };
  }
  return joined;
}

/** The spans of each day of the week, Monday first; `undefined` where the text of one is no span. */
export function weekOf(week: WorkingWeek): DaySpan[][] | undefined {
  const days: DaySpan[][] = [];
  for (const day of DAYS) {
    const spans = spansOf(week[day] ?? []);
    if (spans === undefined) return undefined;
    days.push(spans);
  }
  return days;
}

/** A stretch of a day in which the zone's offset from UTC stays the same. */
interface Stretch extends InstantSpan {
  readonly offset: number;
}

function stretchesOf(start: Temporal.ZonedDateTime, until: number): Stretch[] {
  const stretches: Stretch[] = [];
  let at = start;
  while (at.epochMilliseconds < until) {
    const change = at.getTimeZoneTransition('next');
    const end = Math.min(change?.epochMilliseconds ?? until, until);
    stretches.push({ from: at.epochMilliseconds, until: end, offset: at.offsetNanoseconds / 1e6 });
    if (change === null || end === until) break;
    at = change;
  }
  return stretches;
}

/**
 * The working spans from the day of an instant on, day by day: a moment is worked exactly where the wall clock of the
 * zone shows a time within the hours of its day. What a clock change skips is never worked; what it repeats is
 * worked twice.
 * @param start milliseconds since 1970
 * @param week as {@link weekOf} gives it
 */
export function* workingSpans(
  start: number,
  { zone, holidays }: Pick<WorkingTime, 'zone' | 'holidays'>,
  week: readonly (readonly DaySpan[])[],
): Generator<InstantSpan, never> {
  const off = new Set(holidays);
  let day = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(zone).toPlainDate();
  let begin = day.toZonedDateTime(zone);
  for (;;) {
    const next = day.add({ days: 1 });
    const end = next.toZonedDateTime(zone);
    const spans = off.has(day.toString()) ? [] : (week[day.dayOfWeek - 1] ?? []);
    if (spans.length > 0) {
      const from = begin.epochMilliseconds;
      const until = end.epochMilliseconds;
      const midnight = Date.UTC(day.year, day.month - 1, day.day);
      const offset = begin.offsetNanoseconds / 1e6;
      // Nearly every day has one offset; asking for changes of the clock is slow.
      const plain = until - from === DAY_MS && from + offset === midnight;
      const stretches = plain ? [{ from, until, offset }] : stretchesOf(begin, until);
      for (const stretch of stretches) {
        for (const span of spans) {
          const worked = {
            from: Math.max(stretch.from, midnight + span.from * MINUTE_MS - stretch.offset),
            until: Math.min(stretch.until, midnight + span.until * MINUTE_MS - stretch.offset),
          };
          if (worked.from < worked.until) yield worked;
        }
      }
    }
    day = next;
    begin = end;
  }
}
