import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { timeLeft } from './time-left.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('timeLeft', () => {
  it.each([
    [-1, 'no time left'],
    [999, 'no time left'],
    [SECOND, '1 second left'],
    [59 * SECOND, '59 seconds left'],
    [MINUTE, '1 minute left'],
    [9 * MINUTE + 59 * SECOND, '9 minutes 59 seconds left'],
    [10 * MINUTE + 59 * SECOND, '10 minutes left'],
    [4 * HOUR - SECOND, '3 hours 59 minutes left'],
    [24 * HOUR, '1 day left'],
    [49 * HOUR + 59 * MINUTE, '2 days 1 hour left'],
  ])('%d ms: %s', (milliseconds, words) => {
    expect(timeLeft(milliseconds)).toBe(words);
  });

  it('is said by the script of the page in the same words', async () => {
    const script: { timeLeft(milliseconds: number): string } = await import(
      new URL('../review-page/live-review.browser.mjs', import.meta.url).href
    );
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 40 * 24 * HOUR }), (milliseconds) => {
        expect(script.timeLeft(milliseconds)).toBe(timeLeft(milliseconds));
      }),
      { numRuns: 2000 },
    );
  });
});
