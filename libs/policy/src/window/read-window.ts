import { Temporal } from 'temporal-polyfill';
import { type WindowRule } from '../document/guardrail-document.js';
import { isZone } from '../working-time/is-zone.js';
import { readRecurrence, type RecurrenceRule } from './recurrence-rule.js';
import { RecurringWindow } from './recurring-window.js';

/** The longest that a window lasts that comes again, and one that comes once, in days. */
const LONGEST_AGAIN = 31;
const LONGEST_ONCE = 366;

/** What is wrong with a field of a window. */
export interface WindowFault {
  readonly field: 'start' | 'duration' | 'rrule' | 'zone' | 'exceptions';
  /** Of the exception. */
  readonly index?: number;
  readonly message: string;
}

/** What {@link readWindow} reads. */
export type WindowFields = Pick<WindowRule, 'start' | 'duration' | 'rrule' | 'zone' | 'exceptions'>;

type Reading =
  | { readonly ok: true; readonly window: RecurringWindow }
  | { readonly ok: false; readonly faults: readonly WindowFault[] };

const LOCAL_TIME = /^(19[7-9]\d|2[01]\d\d)-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;
const LOCAL_DAY = /^\d{4}-\d\d-\d\d$/;
const LOCAL = 'must be a local time like 2026-12-18T17:00, of the years 1970 to 2199 and without an offset';

function read<T>(from: () => T): T | undefined {
  try {
    return from();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const localTime = (text: string): Temporal.PlainDateTime | undefined =>
  LOCAL_TIME.test(text) ? read(() => Temporal.PlainDateTime.from(text, { overflow: 'reject' })) : undefined;

function readDuration(text: string, again: boolean): Temporal.Duration | string {
  const longest = again ? LONGEST_AGAIN : LONGEST_ONCE;
  const words = `must be an ISO 8601 duration of weeks, days, hours, minutes and seconds, like PT60H, of at most ${longest} days${again ? ' where it comes again' : ''}`;
  const duration = read(() => Temporal.Duration.from(text));
  if (duration === undefined || duration.years !== 0 || duration.months !== 0) return words;
  const { weeks, days, hours, minutes, seconds } = duration;
  const total = weeks * 7 + days + (hours + (minutes + seconds / 60) / 60) / 24;
  return total * 86_400 >= 1 && total <= longest ? duration : words;
}

/** One day, or one beginning, in the form in which beginnings are compared. */
function readException(text: string): string | undefined {
  if (LOCAL_DAY.test(text))
    return read(() => Temporal.PlainDate.from(text, { overflow: 'reject' }))?.toString();
  return localTime(text)?.toString({ smallestUnit: 'second' });
}

/** The last instant of `UNTIL`: itself, or the end of the local day. */
function lastInstant({ until }: RecurrenceRule, zone: string): number | undefined {
  if (until === undefined) return Infinity;
  const [, year, month, day, time] = /^(\d{4})(\d\d)(\d\d)(?:T(\d{6})Z)?$/.exec(until) ?? [];
  const date = `${year}-${month}-${day}`;
  return read(() => {
    if (time === undefined)
      return Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds - 1;
    const clock = `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
    return Temporal.Instant.from(`${date}T${clock}Z`).epochMilliseconds;
  });
}

/**
 * Reads the times of a window. It must begin at `start` by its rule, so that nobody has to guess whether `start` counts.
 * @returns the window, or what is wrong with which field
 */
export function readWindow({ start, duration, rrule, zone, exceptions = [] }: WindowFields): Reading {
  const faults: WindowFault[] = [];
  const first = localTime(start);
  if (first === undefined) faults.push({ field: 'start', message: LOCAL });
  const length = readDuration(duration, rrule !== undefined);
  if (typeof length === 'string') faults.push({ field: 'duration', message: length });
  const zoneIsKnown = isZone(zone);
  if (!zoneIsKnown)
    faults.push({ field: 'zone', message: `there is no time zone ${zone}: name one like Europe/Berlin` });
  const left = exceptions.map((text, index) => {
    const exception = readException(text);
    if (exception === undefined)
      faults.push({
        field: 'exceptions',
        index,
        message: 'must be a day like 2026-12-25, or a local time like 2026-12-25T17:00',
      });
    return exception ?? '';
  });
  if (first === undefined || typeof length === 'string' || !zoneIsKnown) return { ok: false, faults };
  let rule: RecurrenceRule | undefined;
  let last = Infinity;
  if (rrule !== undefined) {
    const reading = readRecurrence(rrule, first.toZonedDateTime('UTC').epochMilliseconds);
    const until = reading.ok ? lastInstant(reading.rule, zone) : undefined;
    if (!reading.ok) faults.push({ field: 'rrule', message: reading.message });
    else if (until === undefined) faults.push({ field: 'rrule', message: 'UNTIL is no date' });
    else if (until < first.toZonedDateTime(zone).epochMilliseconds)
      faults.push({ field: 'rrule', message: 'UNTIL is before start' });
    else {
      rule = reading.rule;
      last = until;
    }
  }
  if (faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    window: new RecurringWindow({
      zone,
      start: first,
      duration: length,
      rule,
      last,
      exceptions: new Set(left),
    }),
  };
}
