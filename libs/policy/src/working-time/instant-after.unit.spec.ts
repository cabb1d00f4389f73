import { describe, expect, it } from '@jest/globals';
import { type WorkingTime } from '@tollgate/contracts';
import fc from 'fast-check';
import { instantAfter } from './instant-after.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OFFICE = ['09:00/17:00'];
const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;

const berlin = (given: Partial<WorkingTime> = {}): WorkingTime => ({
  calendar: 'berlin',
  zone: 'Europe/Berlin',
  week: Object.fromEntries(WEEKDAYS.map((day) => [day, OFFICE])),
  holidays: [],
  ...given,
});
const after = (start: string, hours: number, workingTime?: WorkingTime) =>
  new Date(instantAfter(Date.parse(start), hours * HOUR, workingTime)).toISOString();

describe('instantAfter', () => {
  it('counts every moment where there is no calendar', () => {
    expect(after('2026-03-28T22:00:00.000Z', 4)).toBe('2026-03-29T02:00:00.000Z');
    expect(instantAfter(1000, 0.2)).toBe(1001);
  });

  it.each([
    ['within a day', '2026-11-23T09:00:00.000Z', 4, '2026-11-23T13:00:00.000Z'],
    ['up to the end of the day', '2026-11-23T09:00:00.000Z', 7, '2026-11-23T16:00:00.000Z'],
    ['over the night', '2026-11-23T15:00:00.000Z', 4, '2026-11-24T11:00:00.000Z'],
    ['over the weekend', '2026-11-20T15:00:00.000Z', 4, '2026-11-23T11:00:00.000Z'],
    ['from the night', '2026-11-22T23:30:00.000Z', 1, '2026-11-23T09:00:00.000Z'],
    ['from before the hours of the same day', '2026-11-23T05:00:00.000Z', 1, '2026-11-23T09:00:00.000Z'],
    ['over the change to summer time', '2026-03-27T15:00:00.000Z', 2, '2026-03-30T08:00:00.000Z'],
    ['over the change to winter time', '2026-10-23T14:00:00.000Z', 2, '2026-10-26T09:00:00.000Z'],
    ['of a week', '2026-11-23T08:00:00.000Z', 40, '2026-11-27T16:00:00.000Z'],
  ])('runs in working hours only: %s', (_what, start, hours, expected) => {
    expect(after(start, hours, berlin())).toBe(expected);
  });

  it('leaves holidays out', () => {
    const holidays = ['2026-12-25', '2026-12-24', '2027-01-01'];
    expect(after('2026-12-23T15:00:00.000Z', 2, berlin({ holidays }))).toBe('2026-12-28T09:00:00.000Z');
  });

  it('takes pauses, days without end and hours that overlap', () => {
    const week = {
      monday: ['13:00/17:00', '08:00/12:00'],
      tuesday: ['00:00/24:00'],
      friday: ['08:00/10:00', '09:00/11:00'],
    };
    const given = berlin({ zone: 'UTC', week });
    expect(after('2026-11-23T11:00:00.000Z', 2, given)).toBe('2026-11-23T14:00:00.000Z');
    expect(after('2026-11-23T16:00:00.000Z', 25, given)).toBe('2026-11-25T00:00:00.000Z');
    expect(after('2026-11-25T12:00:00.000Z', 3, given)).toBe('2026-11-27T11:00:00.000Z');
  });

  it('counts what a clock change repeats twice, and what it skips not at all', () => {
    const nights = berlin({ week: { sunday: ['01:00/04:00'], monday: OFFICE } });
    expect(after('2026-10-24T23:00:00.000Z', 4, nights)).toBe('2026-10-25T03:00:00.000Z');
    expect(after('2026-03-29T00:00:00.000Z', 2, nights)).toBe('2026-03-29T02:00:00.000Z');
    expect(after('2026-03-29T00:00:00.000Z', 3, nights)).toBe('2026-03-30T08:00:00.000Z');
  });

  it.each([
    ['an empty week', { week: {} }, /no working hours/],
    ['hours that end before they begin', { week: { monday: ['17:00/09:00'] } }, /hours that are not like/],
    ['hours that are none', { week: { monday: ['9-17'] } }, /hours that are not like/],
    ['hours beyond the day', { week: { monday: ['09:00/24:30'] } }, /hours that are not like/],
    ['minutes beyond the hour', { week: { monday: ['09:00/10:60'] } }, /hours that are not like/],
    ['a zone that is none', { zone: 'Europe/Bonn' }, /time zone Europe\/Bonn/],
    ['an offset for a zone', { zone: '+01:00' }, /time zone/],
    ['a holiday that is no date', { holidays: ['2026-02-30'] }, /holiday 2026-02-30/],
    ['a length of more than five years', { week: { monday: ['09:00/09:01'] } }, /more than five years/],
  ])('refuses %s', (_what, given, why) => {
    expect(() => after('2026-11-23T09:00:00.000Z', 100, berlin(given))).toThrow(why);
  });
});

/** Whether a minute is worked, by another road: what the wall clock of the zone shows. */
function clockOf({ zone, week, holidays }: WorkingTime): (instant: number) => boolean {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'long',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (instant) => {
    const shown = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    if (holidays.includes(`${shown['year']}-${shown['month']}-${shown['day']}`)) return false;
    const time = `${shown['hour']}:${shown['minute']}`;
    const hours = Object.entries(week).find(([day]) => day === shown['weekday']?.toLowerCase())?.[1] ?? [];
    return hours.some((span: string) => {
      const [from = '', until = ''] = span.split('/');
      return from <= time && time < until;
    });
  };
}

const clock = fc.integer({ min: 0, max: 96 }).map((quarter) => {
  const text = String(Math.floor(quarter / 4)).padStart(2, '0');
  return `${text}:${String((quarter % 4) * 15).padStart(2, '0')}`;
});
const hours = fc
  .uniqueArray(clock, { minLength: 2, maxLength: 2 })
  .map((times) => times.toSorted().join('/'));
const day = fc.array(hours, { maxLength: 3 });
// Around changes of the clock: by an hour, by half an hour, at midnight; and zones without.
const around = fc.constantFrom(
  ['Europe/Berlin', '2026-03-27T12:00:00Z'],
  ['Europe/Berlin', '2026-10-23T12:00:00Z'],
  ['America/New_York', '2026-11-01T00:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T00:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-02T12:00:00Z'],
  ['America/Sao_Paulo', '2018-11-03T00:00:00Z'],
  ['America/Sao_Paulo', '2018-02-17T00:00:00Z'],
  ['Asia/Kathmandu', '2026-11-20T00:00:00Z'],
  ['UTC', '2026-12-30T00:00:00Z'],
);
const given = fc.record({
  around,
  offset: fc.integer({ min: 0, max: 2000 }),
  length: fc.integer({ min: 1, max: 3000 }),
  week: fc.record({
    monday: day,
    tuesday: day,
    wednesday: day,
    thursday: day,
    friday: day,
    saturday: day,
    sunday: day,
  }),
  off: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
});

describe('against a clock that is read minute by minute', () => {
  it('is the first instant at which so many minutes were worked', () => {
    fc.assert(
      fc.property(given, ({ around: [zone = '', from = ''], offset, length, week, off }) => {
        const start = Date.parse(from) + offset * MINUTE;
        const holidays = off.map((days) =>
          new Date(Date.parse(from) + days * 24 * HOUR).toISOString().slice(0, 10),
        );
        const workingTime = { calendar: 'any', zone, week, holidays };
        fc.pre(Object.values(week).some((spans) => spans.length > 0));
        const worked = clockOf(workingTime);
        const end = instantAfter(start, length * MINUTE, workingTime);
        // Long ones are looked at up to their end only where that is near.
        const horizon = Math.min(end, start + 10 * 24 * HOUR);
        let minutes = 0;
        for (let instant = start; instant < horizon; instant += MINUTE) if (worked(instant)) minutes += 1;
        if (horizon === end) {
          expect(minutes).toBe(length);
          expect(worked(end - MINUTE)).toBe(true);
        } else expect(minutes).toBeLessThan(length);
      }),
      { numRuns: 25 },
    );
  });

  it('never runs backwards, and goes on where it stopped', () => {
    fc.assert(
      fc.property(
        given,
        fc.integer({ min: 1, max: 1000 }),
        ({ around: [zone = '', from = ''], offset, length, week }, more) => {
          fc.pre(Object.values(week).some((spans) => spans.length > 0));
          const workingTime = { calendar: 'any', zone, week, holidays: [] };
          const start = Date.parse(from) + offset * MINUTE;
          const whole = instantAfter(start, (length + more) * MINUTE, workingTime);
          const stop = instantAfter(start, length * MINUTE, workingTime);
          expect(stop).toBeGreaterThan(start);
          expect(instantAfter(stop, more * MINUTE, workingTime)).toBe(whole);
        },
      ),
      { numRuns: 200 },
    );
  });
});
