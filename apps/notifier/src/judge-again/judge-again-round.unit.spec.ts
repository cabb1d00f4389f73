import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TransientError } from '@tollgate/messaging';
import { type RulingPolicy } from '../approval/ruling-policy.js';
import { TestLogger } from '../testing/test-logger.js';
import { TestPolicy } from '../testing/test-policy.js';
import { JudgeAgainRound } from './judge-again-round.js';

/** Work that behaves: it notes by which revision it judged, and takes a while. */
class Work {
  readonly judged: number[] = [];
  failures = 0;

  async all({ revision }: RulingPolicy): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (this.failures > 0) {
      this.failures -= 1;
      throw new TransientError('away');
    }
    this.judged.push(revision);
    return 0;
  }
}

let policy: TestPolicy;
let work: Work;
let round: JudgeAgainRound;

beforeEach(() => {
  jest.useFakeTimers();
  policy = new TestPolicy();
  work = new Work();
  round = new JudgeAgainRound(work, () => policy.current(), new TestLogger());
});
afterEach(async () => {
  const stopped = round.stop();
  await jest.runAllTimersAsync();
  await stopped;
  jest.useRealTimers();
});

const settle = () => jest.advanceTimersByTimeAsync(100);

describe('the round', () => {
  it('judges at the start, as it knows nothing of what was deactivated before', async () => {
    round.start();
    await settle();
    expect(work.judged).toEqual([1]);
  });

  it('judges after a revision that deactivates somebody, and after no other', async () => {
    round.start();
    await settle();
    policy.deactivate('bob');
    round.wake();
    await settle();
    policy.deactivate('bob');
    round.wake();
    await settle();
    policy.deactivate();
    round.wake();
    await settle();
    policy.deactivate('bob');
    round.wake();
    await settle();
    expect(work.judged).toEqual([1, 2, 5]);
  });

  it('judges again where a revision comes while it is under way', async () => {
    round.start();
    policy.deactivate('bob');
    round.wake();
    await settle();
    expect(work.judged).toEqual([1, 2]);
  });

  it('tries again while the database is away', async () => {
    work.failures = 2;
    round.start();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(work.judged).toEqual([1]);
  });
});
