import { describe, expect, it } from '@jest/globals';
import { LaneProgress } from './lane-progress.js';

describe('what is to be committed', () => {
  it('is the furthest of each lane, handed over once', () => {
    const progress = new LaneProgress();
    progress.settle('a', 0, '5');
    progress.settle('a', 0, '7');
    progress.settle('a', 1, '2');
    expect(progress.take()).toEqual([
      { topic: 'a', partition: 0, offset: '7' },
      { topic: 'a', partition: 1, offset: '2' },
    ]);
    expect(progress.take()).toEqual([]);
  });

  it('comes back when it could not be committed, except where a lane is further by now', () => {
    const progress = new LaneProgress();
    progress.settle('a', 0, '5');
    progress.settle('a', 1, '5');
    const taken = progress.take();
    progress.settle('a', 1, '9');
    progress.putBack(taken);
    expect(progress.take().toSorted((one, other) => one.partition - other.partition)).toEqual([
      { topic: 'a', partition: 0, offset: '5' },
      { topic: 'a', partition: 1, offset: '9' },
    ]);
  });

  it('is nothing of a lane that went to another member', () => {
    const progress = new LaneProgress();
    progress.settle('a', 0, '5');
    progress.settle('b', 1, '5');
    progress.keepOnly({ a: [0, 1], b: [0] });
    expect(progress.take()).toEqual([{ topic: 'a', partition: 0, offset: '5' }]);
  });
});
