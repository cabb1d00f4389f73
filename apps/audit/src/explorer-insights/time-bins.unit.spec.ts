import { describe, expect, it } from '@jest/globals';
import { timeBins } from './time-bins.js';

const period = (from: string, to: string) => timeBins(new Date(from), new Date(to));

describe('the bins of a period', () => {
  it('are days where it is short', () => {
    const bins = period('2026-02-27', '2026-03-02');
    expect(bins).toMatchObject({ unit: 'day', days: 1, begin: new Date('2026-02-27') });
    expect(bins.starts).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
    expect(period('2026-01-01', '2026-02-12').starts).toHaveLength(42);
  });

  it('are weeks from Monday on where it is long, the first and the last one in part', () => {
    const bins = period('2026-01-01', '2026-02-13');
    expect(bins).toMatchObject({ unit: 'week', days: 7, begin: new Date('2025-12-29') });
    expect(bins.starts.at(0)).toBe('2025-12-29');
    expect(bins.starts.at(-1)).toBe('2026-02-09');
    expect(period('2026-06-01', '2026-07-14').begin).toEqual(new Date('2026-06-01'));
    expect(period('2025-01-01', '2026-01-02').starts).toHaveLength(53);
  });
});
