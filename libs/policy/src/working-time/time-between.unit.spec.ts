import { describe, expect, it } from '@jest/globals';
import { type WorkingTime } from '@tollgate/contracts';
import fc from 'fast-check';
import { instantAfter } from './instant-after.js';
import { timeBetween } from './time-between.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const office = (zone = 'Europe/Berlin'): WorkingTime => ({
  calendar: 'office',
  zone,
  week: { monday: ['09:00/12:00', '13:00/17:00'], friday: ['09:00/15:00'], sunday: ['01:00/04:00'] },
  holidays: ['2026-12-25'],
});
const between = (from: string, until: string, workingTime?: WorkingTime): number =>
  timeBetween(Date.parse(from), Date.parse(until), workingTime);

describe('timeBetween', () => {
  it.each([
    ['a whole day', '2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z', 7],
    ['a part of its hours', '2026-11-23T10:30:00Z', '2026-11-23T13:00:00Z', 1.5],
    ['a night', '2026-11-23T20:00:00Z', '2026-11-24T20:00:00Z', 0],
    ['a holiday', '2026-12-25T00:00:00Z', '2026-12-26T00:00:00Z', 0],
    ['a clock change within the hours', '2026-10-24T20:00:00Z', '2026-10-25T20:00:00Z', 4],
    ['no time', '2026-11-23T10:00:00Z', '2026-11-23T10:00:00Z', 0],
    ['time that runs backwards', '2026-11-23T11:00:00Z', '2026-11-23T10:00:00Z', 0],
  ])('counts the working time of %s', (_what, from, until, hours) => {
    expect(between(from, until, office())).toBe(hours * HOUR);
  });

  it('counts every moment where there is no calendar', () => {
    expect(between('2026-11-23T10:00:00.000Z', '2026-11-24T10:00:00.007Z')).toBe(24 * HOUR + 7);
  });

  it('refuses a calendar without hours', () => {
    const given = { ...office(), week: {} };
    expect(() => between('2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z', given)).toThrow(RangeError);
  });

  it('is what instantAfter counts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
        fc.integer({ min: 0, max: 60 * 24 * 365 }),
        fc.integer({ min: 1, max: 60 * 40 }),
        (zone, offset, length) => {
          const start = Date.parse('2026-01-01T00:00:00Z') + offset * MINUTE;
          const end = instantAfter(start, length * MINUTE, office(zone));
          expect(timeBetween(start, end, office(zone))).toBe(length * MINUTE);
        },
      ),
      { numRuns: 200 },
    );
  });
});
