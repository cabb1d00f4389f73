import { describe, expect, it } from '@jest/globals';
import { quantiles } from './quantiles.js';

describe('quantiles', () => {
  it('takes the nearest rank', () => {
    const sample = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(quantiles(sample)).toEqual({ count: 100, p50: 50, p90: 90, p95: 95, p99: 99, max: 100 });
  });

  it('says zero of nothing', () => {
    expect(quantiles([])).toEqual({ count: 0, p50: 0, p90: 0, p95: 0, p99: 0, max: 0 });
  });
});
