import { type WorkingTime } from '@tollgate/contracts';
import { isZone } from './is-zone.js';
import { weekOf } from './working-days.js';

/** Weeks that a duration may take at most when no day is off. */
export const MOST_WEEKS = 260;

const MINUTE_MS = 60_000;

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}

/**
 * Why working time of a length cannot be measured by a calendar, in words for people.
 * @param length working time in milliseconds that is to be measured; without it only the calendar is looked at
 * @returns undefined for a calendar with a known zone, real hours and days, of which the length takes at most five years
 */
export function workingTimeFault(
  { calendar, zone, week, holidays }: WorkingTime,
  length = 0,
): string | undefined {
  const fault = (what: string): string => `the calendar ${calendar} ${what}`;
  if (!isZone(zone)) return fault(`names the time zone ${zone}, which does not exist`);
  const wrong = holidays.find((day) => !isDate(day));
  if (wrong !== undefined) return fault(`names the holiday ${wrong}, which is no date like 2026-12-25`);
  const days = weekOf(week);
  if (days === undefined)
    return fault('has hours that are not like 09:00/17:00, from an earlier to a later time of the same day');
  const minutes = days.flat().reduce((sum, { from, until }) => sum + until - from, 0);
  if (minutes === 0) return fault('has no working hours in its week, so its clock would never run');
  return length > minutes * MINUTE_MS * MOST_WEEKS
    ? fault(`works ${minutes / 60} hours a week, of which this would take more than five years`)
    : undefined;
}
