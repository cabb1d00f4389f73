import { type WorkingTime } from '@tollgate/contracts';
import { weekOf, workingSpans } from './working-days.js';
import { workingTimeFault } from './working-time-fault.js';

/**
 * The instant when so much working time has passed. Without a calendar every moment is worked.
 *
 * Working time is time that passes while the wall clock of the calendar's zone is within the hours of a day that is
 * no holiday, so a clock change within them makes a day longer or shorter. A day of a duration is 24 hours of working
 * time.
 * @param start milliseconds since 1970
 * @param length milliseconds, more than none
 * @param workingTime the calendar by which the clock runs
 * @returns milliseconds since 1970; the first instant at which the length is full
 * @throws RangeError for a calendar that {@link workingTimeFault} refuses
 */
export function instantAfter(start: number, length: number, workingTime?: WorkingTime): number {
  if (workingTime === undefined) return start + Math.ceil(length);
  const fault = workingTimeFault(workingTime, length);
  const week = weekOf(workingTime.week);
  if (fault !== undefined || week === undefined) throw new RangeError(fault);
  let left = Math.ceil(length);
  for (const { from, until } of workingSpans(start, workingTime, week)) {
    const begin = Math.max(from, start);
    if (until <= begin) continue;
    if (until - begin >= left) return begin + left;
    left -= until - begin;
  }
  throw new RangeError('the days have ended');
}
