import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Watermark } from './watermark.js';

describe('the watermark', () => {
  it('is the last number before the first that is not done, whatever the order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
        (start, done) => {
          const watermark = new Watermark(start);
          for (const number of done) watermark.settle(start + number);
          let expected = start;
          while (done.includes(expected - start + 1)) expected += 1;
          expect(watermark.through).toBe(expected);
          for (let number = 1; number <= 41; number++) {
            expect(watermark.has(start + number)).toBe(done.includes(number));
          }
        },
      ),
    );
  });

  it('does not move for a number that was done before', () => {
    const watermark = new Watermark(5);
    watermark.settle(3);
    watermark.settle(5);
    expect(watermark.through).toBe(5);
    expect(watermark.has(3)).toBe(true);
  });
});
