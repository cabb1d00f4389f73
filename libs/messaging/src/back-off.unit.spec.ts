import { describe, expect, it } from '@jest/globals';
import { backOffMs, pauseFor, reconnectMs } from './back-off.js';

describe('the wait before another try', () => {
  it('doubles from 100 ms to 10 s, and is up to a quarter shorter by chance', () => {
    expect([1, 2, 3, 4, 8, 1000].map((attempt) => backOffMs(attempt, 0))).toEqual([
      100, 200, 400, 800, 10_000, 10_000,
    ]);
    expect(backOffMs(1, 1)).toBe(75);
    expect(backOffMs(1000, 1)).toBe(7_500);
  });

  it('is shorter at most where only the broker is away', () => {
    expect([1, 2, 5, 9].map((attempt) => reconnectMs(attempt, 0))).toEqual([100, 200, 1_600, 1_600]);
  });

  it('ends at once when it is called off', async () => {
    const off = new AbortController();
    const waiting = pauseFor(2 ** 30, off.signal);
    off.abort();
    await waiting;
    await pauseFor(2 ** 30, off.signal);
  });
});
