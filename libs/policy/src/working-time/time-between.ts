import { type WorkingTime } from '@tollgate/contracts';
import { weekOf, workingSpans } from './working-days.js';
import { workingTimeFault } from './working-time-fault.js';

/**
 * How much working time passes between two instants: what {@link instantAfter} counts. Without a calendar every moment
 * is worked.
 * @param from milliseconds since 1970
 * @param until milliseconds since 1970; none where it is not after `from`
 * @param workingTime the calendar by which the clock runs
 * @returns milliseconds
 * @throws RangeError for a calendar that {@link workingTimeFault} refuses
 */
export function timeBetween(from: number, until: number, workingTime?: WorkingTime): number {
  if (until <= from) return 0;
  if (workingTime === undefined) return until - from;
  const fault = workingTimeFault(workingTime);
  const week = weekOf(workingTime.week);
  if (fault !== undefined || week === undefined) throw new RangeError(fault);
  let worked = 0;
  for (const span of workingSpans(from, workingTime, week)) {
    if (span.from >= until) return worked;
    worked += Math.max(0, Math.min(span.until, until) - Math.max(span.from, from));
  }
  throw new RangeError('the days have ended');
}
