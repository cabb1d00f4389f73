import { RRuleTemporal } from 'rrule-temporal';

/** How often a recurrence may come at most on one day. */
export const MAX_PER_DAY = 96;
/** The largest COUNT. */
export const MAX_COUNT = 1000;
/** The largest INTERVAL. */
const MAX_INTERVAL = 1000;
/** Periods that are looked through for one answer: those of a hundred years, day by day. */
const MAX_PERIODS = 40_000;

const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY'];
const WEEKDAY = /^(MO|TU|WE|TH|FR|SA|SU)$/;
const NTH_WEEKDAY = /^([+-]?([1-9]|[1-4]\d|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)$/;
const UNTIL = /^\d{8}(T\d{6}Z)?$/;

const within = (low: number, high: number, signed = false) => {
  return (text: string): boolean => {
    if (!(signed ? /^[+-]?\d{1,4}$/ : /^\d{1,4}$/).test(text)) return false;
    const value = Math.abs(Number(text));
    return value >= low && value <= high;
  };
};

/** What each part of a rule (RFC 5545, 3.3.10) may say, item by item. */
const PARTS: Readonly<Record<string, (item: string) => boolean>> = {
  FREQ: (item) => FREQUENCIES.includes(item),
  INTERVAL: within(1, MAX_INTERVAL),
  COUNT: within(1, MAX_COUNT),
  UNTIL: (item) => UNTIL.test(item),
  BYMONTH: within(1, 12),
  BYMONTHDAY: within(1, 31, true),
  BYYEARDAY: within(1, 366, true),
  BYWEEKNO: within(1, 53, true),
  BYDAY: (item) => NTH_WEEKDAY.test(item),
  BYHOUR: within(0, 23),
  BYMINUTE: within(0, 59),
  BYSECOND: within(0, 59),
  BYSETPOS: within(1, 366, true),
  WKST: (item) => WEEKDAY.test(item),
};
const SINGLE = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST']);

/** A recurrence rule, read: without its UNTIL, as that is an instant and the rest is local. */
export interface RecurrenceRule {
  readonly until: string | undefined;
  /**
   * The local times at which it begins between two others, in order; all as milliseconds that UTC would give them.
   * @throws Error where it would have to look through too many periods to know
   */
  between(after: number, before: number): number[];
}

type Reading =
  { readonly ok: true; readonly rule: RecurrenceRule } | { readonly ok: false; readonly message: string };

function readParts(text: string): Map<string, string[]> | string {
  const parts = new Map<string, string[]>();
  for (const part of text.replace(/^RRULE:/i, '').split(';')) {
    const [name = '', value = '', ...more] = part.toUpperCase().split('=');
    const isItem = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (isItem === undefined || more.length > 0)
      return `${part === '' ? 'an empty part' : part} is no part of a recurrence rule (RFC 5545)`;
    if (parts.has(name)) return `${name} stands there twice`;
    const items = value.split(',');
    if (SINGLE.has(name) && items.length > 1) return `${name} has more than one value`;
    const wrong = items.find((item) => !isItem(item));
    if (wrong !== undefined)
      return name === 'FREQ'
        ? `FREQ must be one of ${FREQUENCIES.join(', ')}: what comes more often is said by BYHOUR and BYMINUTE`
        : `${name} may not be ${wrong === '' ? 'empty' : wrong}`;
    parts.set(name, items);
  }
  if (!parts.has('FREQ')) return 'FREQ is missing';
  if (parts.has('COUNT') && parts.has('UNTIL')) return 'COUNT and UNTIL exclude each other';
  const perDay = ['BYHOUR', 'BYMINUTE', 'BYSECOND'].reduce(
    (product, name) => product * new Set(parts.get(name) ?? ['']).size,
    1,
  );
  return perDay > MAX_PER_DAY
    ? `comes ${perDay} times a day; at most ${MAX_PER_DAY} times are allowed`
    : parts;
}

const basic = (local: number): string =>
  `${new Date(local).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/**
 * Reads a recurrence rule (RFC 5545, 3.3.10) of days and longer.
 * @param text like `FREQ=WEEKLY;BYDAY=FR`
 * @param start the local time of its first occurrence, as milliseconds that UTC would give it
 */
export function readRecurrence(text: string, start: number): Reading {
  const parts = readParts(text);
  if (typeof parts === 'string') return { ok: false, message: parts };
  const until = parts.get('UNTIL')?.[0];
  const said = [...parts]
    .filter(([name]) => name !== 'UNTIL')
    .map(([name, items]) => `${name}=${items.join()}`);
  try {
    const rule = new RRuleTemporal({
      rruleString: `DTSTART:${basic(start)}\nRRULE:${said.join(';')}`,
      strict: true,
      maxIterations: MAX_PERIODS,
    });
    const between = (after: number, before: number): number[] =>
      rule.between(new Date(after), new Date(before), true).map(({ epochMilliseconds }) => epochMilliseconds);
    if (between(start, start)[0] !== start)
      return {
        ok: false,
        message: 'the window does not begin at start by it: start must be its first beginning',
      };
    return { ok: true, rule: { until, between } };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const never = /maximum iterations/i.test(error.message);
    return { ok: false, message: never ? 'it never comes' : error.message };
  }
}
