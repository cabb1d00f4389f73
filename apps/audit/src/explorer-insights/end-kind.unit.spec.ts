import { describe, expect, it } from '@jest/globals';
import { endKind, endSeries } from './end-kind.js';

describe('how requests end', () => {
  it.each([
    ['released', 'people', 'released'],
    ['released', 'automation', 'automatic'],
    ['released', 'timeout', 'silence'],
    ['released', 'break-glass', 'glass'],
    ['released', 'a later word', 'unknown'],
    ['released', 'constructor', 'unknown'],
    ['approved', 'people', 'approved'],
    ['blocked', 'automation', 'blocked'],
    ['denied', 'people', 'denied'],
    ['denied', 'policy', 'policy'],
    ['expired', 'timeout', 'expired'],
    ['cancelled', null, 'cancelled'],
    ['failed', null, 'failed'],
    ['constructor', 'people', 'unknown'],
  ])('%s, decided by %s: %s', (status, decidedBy, kind) => {
    expect(endKind({ status, decidedBy })).toBe(kind);
  });

  it('are stacked kind by kind; what does not occur is left out', () => {
    const ends = [
      { bin: 2, status: 'denied', decidedBy: 'policy', requests: 1 },
      { bin: 0, status: 'released', decidedBy: 'people', requests: 3 },
      { bin: 2, status: 'denied', decidedBy: 'automation', requests: 4 },
    ];
    expect(endSeries(ends, 3)).toEqual([
      { kind: 'released', requests: 3, bins: [3, 0, 0] },
      { kind: 'policy', requests: 5, bins: [0, 0, 5] },
    ]);
  });
});
