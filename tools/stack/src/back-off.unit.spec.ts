import { describe, expect, it } from '@jest/globals';
import { FIRST_WAIT_MS, HEALTHY_AFTER_MS, LONGEST_WAIT_MS, nextWait } from './back-off.js';

describe('the wait before a dead service is started again', () => {
  it('begins short', () => {
    expect(nextWait(undefined, 0)).toBe(FIRST_WAIT_MS);
  });

  it('doubles with each death that follows soon, up to the longest', () => {
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) waits.push(nextWait(waits.at(-1), 10));
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
    expect(waits.at(-1)).toBe(LONGEST_WAIT_MS);
  });

  it('is short again for a service that was healthy', () => {
    expect(nextWait(LONGEST_WAIT_MS, HEALTHY_AFTER_MS)).toBe(FIRST_WAIT_MS);
    expect(nextWait(LONGEST_WAIT_MS, HEALTHY_AFTER_MS - 1)).toBe(LONGEST_WAIT_MS);
  });
});
