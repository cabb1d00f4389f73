import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { readWindow, type WindowFields } from './read-window.js';
import { type RecurringWindow } from './recurring-window.js';

const BERLIN = 'Europe/Berlin';

function windowOf(given: Partial<WindowFields> = {}): RecurringWindow {
  const reading = readWindow({ start: '2026-11-20T17:00', duration: 'PT63H', zone: BERLIN, ...given });
  if (!reading.ok) throw new Error(reading.faults.map(({ field, message }) => `${field} ${message}`).join());
  return reading.window;
}
const faults = (given: Partial<WindowFields>): string[] => {
  const reading = readWindow({ start: '2026-11-20T17:00', duration: 'PT63H', zone: BERLIN, ...given });
  return reading.ok
    ? []
    : reading.faults.map(({ field, index, message }) => `${field}${index ?? ''}: ${message}`);
};
const instant = (text: string): number =>
  text.endsWith('Z')
    ? Date.parse(text)
    : Temporal.PlainDateTime.from(text).toZonedDateTime(BERLIN).epochMilliseconds;
const isIn = (window: RecurringWindow, text: string): boolean => window.at(instant(text)) !== undefined;

describe('a window that comes once', () => {
  it('holds from its beginning until just before its end', () => {
    const window = windowOf();
    expect(isIn(window, '2026-11-20T16:59:59.999')).toBe(false);
    expect(isIn(window, '2026-11-20T17:00')).toBe(true);
    expect(isIn(window, '2026-11-23T07:59:59.999')).toBe(true);
    expect(isIn(window, '2026-11-23T08:00')).toBe(false);
    expect(window.endOf(instant('2026-11-21T00:00'))).toBe(instant('2026-11-23T08:00'));
  });
});

describe('a window that comes again', () => {
  const weekend = windowOf({ rrule: 'FREQ=WEEKLY;BYDAY=FR' });

  it('holds each time, years later too, and not in between', () => {
    expect(isIn(weekend, '2026-11-13T18:00')).toBe(false);
    expect(isIn(weekend, '2026-11-28T12:00')).toBe(true);
    expect(isIn(weekend, '2026-11-25T12:00')).toBe(false);
    expect(isIn(weekend, '2071-11-21T12:00')).toBe(true);
  });

  it.each([
    ['FREQ=MONTHLY;BYDAY=-1FR', '2026-11-27T17:00', '2026-12-25T18:00', '2026-12-18T18:00'],
    ['FREQ=YEARLY', '2026-12-20T00:00', '2031-12-21T00:00', '2031-11-21T00:00'],
    ['FREQ=DAILY;INTERVAL=10', '2026-11-20T17:00', '2026-11-30T18:00', '2026-11-28T18:00'],
    ['FREQ=DAILY;COUNT=2', '2026-11-20T17:00', '2026-11-21T18:00', '2026-11-24T18:00'],
    ['FREQ=WEEKLY;UNTIL=20261127T160000Z', '2026-11-20T17:00', '2026-11-28T18:00', '2026-12-05T18:00'],
    ['FREQ=WEEKLY;UNTIL=20261127', '2026-11-20T17:00', '2026-11-28T18:00', '2026-12-05T18:00'],
  ])('%s', (rrule, start, within, outside) => {
    const window = windowOf({ rrule, start, duration: 'P2D' });
    expect([isIn(window, within), isIn(window, outside)]).toEqual([true, false]);
  });

  it('leaves out days, and single beginnings', () => {
    const rrule = 'FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0';
    const window = windowOf({
      rrule,
      duration: 'PT1H',
      exceptions: ['2026-12-24', '2026-12-31T17:00'],
    });
    expect(isIn(window, '2026-12-24T09:30')).toBe(false);
    expect(isIn(window, '2026-12-24T17:30')).toBe(false);
    expect(isIn(window, '2026-12-31T09:30')).toBe(true);
    expect(isIn(window, '2026-12-31T17:30')).toBe(false);
    expect(isIn(window, '2027-01-01T17:30')).toBe(true);
  });

  it('is one span where one follows on the other', () => {
    const always = windowOf({ start: '2026-11-20T00:00', rrule: 'FREQ=DAILY;COUNT=100', duration: 'P1D' });
    expect(always.endOf(instant('2026-11-22T12:00'))).toBe(instant('2027-02-28T00:00'));
    const endless = windowOf({ start: '2026-11-20T00:00', rrule: 'FREQ=DAILY', duration: 'P1D' });
    expect(endless.endOf(instant('2026-11-22T12:00'))).toBeUndefined();
  });

  it('finds the first instant between two others', () => {
    const from = instant('2026-11-24T00:00');
    expect(weekend.firstWithin(from, instant('2026-11-26T00:00'))).toBeUndefined();
    expect(weekend.firstWithin(from, instant('2026-12-26T00:00'))).toBe(instant('2026-11-27T17:00'));
    expect(weekend.firstWithin(instant('2026-11-28T00:00'), from + 1e12)).toBe(instant('2026-11-28T00:00'));
  });
});

describe('where clocks change', () => {
  const nightly = windowOf({ start: '2026-03-01T02:30', rrule: 'FREQ=DAILY', duration: 'PT1H' });

  it('begins as much later as the clock jumps, where its time is skipped', () => {
    // On 29 March 2026 02:00 becomes 03:00.
    expect(isIn(nightly, '2026-03-29T00:59:59Z')).toBe(false);
    expect(isIn(nightly, '2026-03-29T01:29:59Z')).toBe(false);
    expect(isIn(nightly, '2026-03-29T01:30:00Z')).toBe(true);
    expect(isIn(nightly, '2026-03-29T02:30:00Z')).toBe(false);
  });

  it('begins the first time, where its time comes twice', () => {
    // On 25 October 2026 03:00 becomes 02:00.
    expect(isIn(nightly, '2026-10-25T00:30:00Z')).toBe(true);
    expect(isIn(nightly, '2026-10-25T01:29:59Z')).toBe(true);
    expect(isIn(nightly, '2026-10-25T01:30:00Z')).toBe(false);
  });

  it('keeps its hour of the wall, and days are days of the calendar', () => {
    const day = windowOf({ start: '2026-03-28T12:00', rrule: 'FREQ=DAILY;COUNT=1', duration: 'P1D' });
    expect(day.endOf(instant('2026-03-28T12:00'))).toBe(Date.parse('2026-03-29T10:00:00Z'));
    const hours = windowOf({ start: '2026-03-28T12:00', duration: 'PT24H' });
    expect(hours.endOf(instant('2026-03-28T12:00'))).toBe(Date.parse('2026-03-29T11:00:00Z'));
  });
});

describe('readWindow', () => {
  it.each<[Partial<WindowFields>, string]>([
    [{ start: '2026-11-20' }, 'start: must be a local time'],
    [{ start: '2026-02-30T10:00' }, 'start: must be a local time'],
    [{ start: '2026-11-20T17:00Z' }, 'start: must be a local time'],
    [{ duration: 'P1M' }, 'duration: must be an ISO 8601 duration'],
    [{ duration: 'PT0S' }, 'duration: must be an ISO 8601 duration'],
    [{ duration: '-PT1H' }, 'duration: must be an ISO 8601 duration'],
    [{ duration: 'P400D' }, 'duration: must be an ISO 8601 duration'],
    [{ duration: 'P32D', rrule: 'FREQ=WEEKLY' }, 'of at most 31 days where it comes again'],
    [{ zone: 'Europe/Bonn' }, 'zone: there is no time zone Europe/Bonn'],
    [{ zone: '+01:00' }, 'zone: there is no time zone +01:00'],
    [{ rrule: '' }, 'rrule: an empty part is no part of a recurrence rule'],
    [{ rrule: 'BYDAY=FR' }, 'rrule: FREQ is missing'],
    [{ rrule: 'FREQ=HOURLY' }, 'rrule: FREQ must be one of YEARLY, MONTHLY, WEEKLY, DAILY'],
    [{ rrule: 'FREQ=DAILY;FREQ=DAILY' }, 'rrule: FREQ stands there twice'],
    [{ rrule: 'FREQ=DAILY;EVERY=2' }, 'rrule: EVERY=2 is no part'],
    [{ rrule: 'FREQ=DAILY;INTERVAL=0' }, 'rrule: INTERVAL may not be 0'],
    [{ rrule: 'FREQ=DAILY;COUNT=1001' }, 'rrule: COUNT may not be 1001'],
    [{ rrule: 'FREQ=DAILY;BYHOUR=24' }, 'rrule: BYHOUR may not be 24'],
    [{ rrule: 'FREQ=DAILY;COUNT=2;UNTIL=20300101' }, 'rrule: COUNT and UNTIL exclude each other'],
    [{ rrule: 'FREQ=DAILY;UNTIL=20300101T100000' }, 'rrule: UNTIL may not be 20300101T100000'],
    [{ rrule: 'FREQ=DAILY;UNTIL=20200101' }, 'rrule: UNTIL is before start'],
    [{ rrule: 'FREQ=DAILY;UNTIL=20301301' }, 'rrule: UNTIL is no date'],
    [{ rrule: 'FREQ=WEEKLY;BYDAY=MO' }, 'rrule: the window does not begin at start by it'],
    [{ rrule: 'FREQ=WEEKLY;BYDAY=1FR' }, 'rrule: BYDAY with numeric value'],
    [{ rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }, 'rrule: '],
    [
      { rrule: 'FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,5,10,15,20,25,30,35,40,45' },
      'rrule: comes 100 times a day; at most 96 times are allowed',
    ],
    [{ exceptions: ['2026-12-25', 'Christmas'] }, 'exceptions1: must be a day like'],
    [{ exceptions: ['2026-02-30'] }, 'exceptions0: must be a day like'],
  ])('refuses %j', (given, fault) => {
    expect(faults(given)).toEqual([expect.stringContaining(fault)]);
  });
});

describe('against the days, one by one', () => {
  const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

  it('a weekly window holds where a beginning on its weekdays lies less than its length ago', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
        fc.integer({ min: 1, max: 23 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 40 * 365 * 24 }),
        (days, hour, length, later) => {
          const zone = 'America/New_York';
          const local = Temporal.PlainDateTime.from('2026-01-05T00:00').add({ hours: hour });
          const start = local.add({ days: Math.min(...days) });
          const window = windowOf({
            zone,
            start: start.toString({ smallestUnit: 'minute' }),
            duration: `PT${length}H`,
            rrule: `FREQ=WEEKLY;BYDAY=${days.map((day) => WEEKDAYS[day]).join()}`,
          });
          const at = start.toZonedDateTime(zone).add({ hours: later });
          const expected = [0, 1, 2, 3].some((back) => {
            const begin = at.toPlainDate().subtract({ days: back }).toPlainDateTime(local.toPlainTime());
            const from = begin.toZonedDateTime(zone);
            return (
              days.includes(begin.dayOfWeek - 1) &&
              Temporal.PlainDateTime.compare(begin, start) >= 0 &&
              from.epochMilliseconds <= at.epochMilliseconds &&
              at.epochMilliseconds < from.add({ hours: length }).epochMilliseconds
            );
          });
          expect(window.at(at.epochMilliseconds) !== undefined).toBe(expected);
        },
      ),
      { numRuns: 200 },
    );
  });
});
