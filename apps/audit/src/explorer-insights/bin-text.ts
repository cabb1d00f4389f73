import { type TimeBins } from './time-bins.js';

/** A bin as the foot of a plot names it: `11-02`. */
export const shortBinText = ({ starts }: TimeBins, nth: number): string => starts[nth]?.slice(5) ?? '';

/** A bin in a sentence: `2026-11-02`, or `week of 2026-11-02`. */
export const binText = ({ unit, starts }: TimeBins, nth: number): string =>
  `${unit === 'week' ? 'week of ' : ''}${starts[nth] ?? ''}`;

/** What lies along the foot of a plot over time. */
export const alongText = ({ unit }: TimeBins): string =>
  unit === 'day' ? 'day (UTC)' : 'week that begins on this Monday (UTC)';
