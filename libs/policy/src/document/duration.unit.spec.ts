import { expect, it } from '@jest/globals';
import { durationMs } from './duration.js';

it.each([
  ['PT5S', 5_000],
  ['PT4H', 14_400_000],
  ['P1DT30M', 88_200_000],
  ['PT0.5S', 500],
  ['P366D', 31_622_400_000],
])('%s is %d ms', (text, milliseconds) => {
  expect(durationMs(text)).toBe(milliseconds);
});

it.each(['', '4h', 'PT', 'P1M', 'P1Y', 'P1W', 'PT0S', '-PT1H', 'P367D', 'PT9999999999999999999H', 'PT4H '])(
  '%j is no duration here',
  (text) => {
    expect(durationMs(text)).toBeUndefined();
  },
);
