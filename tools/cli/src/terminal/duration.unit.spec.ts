import { describe, expect, it } from '@jest/globals';
import { durationText, parseDuration, timeText } from './duration.js';

describe('a duration of the command line', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['PT10M', 600_000],
    ['P1DT1H', 90_000_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '0s', '-5s', '10', 'ten minutes', 'P1M', 'P1Y', '10 m', 'PT', 'x.json', '1e3s'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('a span of time in words', () => {
  it.each([
    [5_000, '5 s'],
    [89_000, '89 s'],
    [600_000, '10 min'],
    [7_200_000, '2 h'],
    [12_000_000, '3 h 20 min'],
    [172_800_000, '2 days'],
  ])('%d ms is %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

it('a time is told in UTC', () => {
  expect(timeText(new Date('2026-11-22T14:03:12.345Z'))).toBe('2026-11-22 14:03:12 UTC');
});
