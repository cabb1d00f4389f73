import { doorCheck, type Fault } from '@tollgate/contracts';
import { Problem } from '@tollgate/runtime';
import { IsOptional, Matches } from 'class-validator';
import { DAY, DAY_MS, filled, NAME_PART } from '../explorer-search/search-query.js';
import { eventFilter } from '../query-ledger/event-query.js';
import { dayText } from './time-bins.js';

/** How long a period is where nothing is said, and at most. */
export const DEFAULT_DAYS = 30;
export const MOST_DAYS = 366;

class InsightsParameters {
  @IsOptional() @Matches(DAY, { message: 'from must be a day such as 2026-11-01' }) from?: string;
  @IsOptional() @Matches(DAY, { message: 'until must be a day such as 2026-11-30' }) until?: string;
  @IsOptional()
  @Matches(NAME_PART, { message: 'action must be how the name of an action begins' })
  action?: string;
}

/** What the form of the page says: days, and how the name of an action begins. */
export type InsightsForm = Readonly<Partial<Record<'from' | 'until' | 'action', string>>>;

/** A period, and the actions that are looked at. */
export interface InsightsQuery {
  /** With the days that rule where the form had none. */
  readonly form: InsightsForm & Readonly<Record<'from' | 'until', string>>;
  /** Recorded at this time or later. */
  readonly from: Date;
  /** Recorded before this time. */
  readonly to: Date;
  readonly action: string | undefined;
}

const check = doorCheck(InsightsParameters);

/** The midnight at which a day begins, or undefined for a 30th of February. */
function midnight(day: string): Date | undefined {
  try {
    return eventFilter({ from: day }).from;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return undefined;
  }
}

const unknownDay = (field: string): Fault => ({
  pointer: `/${field}`,
  detail: 'is a day that does not exist',
});

function periodFault(from: Date, last: Date): Fault | undefined {
  if (last.getTime() < 0) return { pointer: '/until', detail: 'must not be before 1970' };
  if (from > last) return { pointer: '/until', detail: 'must not be before the first day' };
  if (last.getTime() - from.getTime() >= MOST_DAYS * DAY_MS)
    return { pointer: '/from', detail: `must be no more than ${MOST_DAYS} days before the end` };
  return undefined;
}

/**
 * Reads the form of the page. Without a last day the period goes up to today; without a first day it has
 * {@link DEFAULT_DAYS} days.
 * @param now ms since 1970
 * @returns what is wrong with it, field by field, or what is asked
 */
export function insightsQuery(
  parameters: unknown,
  now: number,
): { readonly query: InsightsQuery } | { readonly faults: readonly Fault[] } {
  const checked = check(filled(parameters));
  if (!checked.ok) return { faults: checked.faults };
  const { action, ...days } = checked.value;
  const last = midnight(days.until ?? dayText(now));
  const first = days.from === undefined ? undefined : midnight(days.from);
  const unknown = [
    ...(days.from !== undefined && first === undefined ? [unknownDay('from')] : []),
    ...(last === undefined ? [unknownDay('until')] : []),
  ];
  if (last === undefined || unknown.length > 0) return { faults: unknown };
  const from = first ?? new Date(last.getTime() - (DEFAULT_DAYS - 1) * DAY_MS);
  const fault = periodFault(from, last);
  if (fault !== undefined) return { faults: [fault] };
  return {
    query: {
      form: { from: dayText(from), until: dayText(last), ...(action !== undefined && { action }) },
      from,
      to: new Date(last.getTime() + DAY_MS),
      action,
    },
  };
}
