import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TransientError } from '@tollgate/messaging';
import { TestLogger } from '../testing/test-logger.js';
import { TimerClock } from './timer-clock.js';

/** Timers that behave: instants at which they are due, and when each was fired. */
class Timers {
  due: number[] = [];
  readonly fired: { readonly due: number; readonly at: number }[] = [];
  looks = 0;
  failure: Error | undefined;

  async untilNext(): Promise<number | undefined> {
    this.looks += 1;
    if (this.failure !== undefined) throw this.failure;
    return this.due.length === 0 ? undefined : Math.min(...this.due) - Date.now();
  }

  async fireDue(): Promise<number> {
    const now = Date.now();
    const ready = this.due.filter((each) => each <= now);
    this.due = this.due.filter((each) => each > now);
    this.fired.push(...ready.map((due) => ({ due, at: now })));
    return ready.length;
  }
}

let timers: Timers;
let clock: TimerClock;

beforeEach(() => {
  jest.useFakeTimers();
  timers = new Timers();
  clock = new TimerClock(timers, new TestLogger());
});
afterEach(async () => {
  await clock.stop();
  jest.useRealTimers();
});

const lateness = () => timers.fired.map(({ due, at }) => at - due);

describe('the clock', () => {
  it('fires overdue timers at once', async () => {
    timers.due = [Date.now() - 60_000, Date.now() - 1];
    clock.start();
    await jest.advanceTimersByTimeAsync(5);
    expect(timers.fired).toHaveLength(2);
  });

  it('wakes when the next one is due', async () => {
    clock.start();
    await jest.advanceTimersByTimeAsync(10);
    timers.due = [Date.now() + 130];
    clock.arm(130);
    await jest.advanceTimersByTimeAsync(200);
    expect(lateness()).toEqual([0]);
  });

  it('finds within a second what another process opened', async () => {
    clock.start();
    await jest.advanceTimersByTimeAsync(10);
    timers.due = [Date.now() + 1, Date.now() + 700, Date.now() + 5_000];
    await jest.advanceTimersByTimeAsync(10_000);
    expect(timers.fired).toHaveLength(3);
    expect(Math.max(...lateness())).toBeLessThan(1_000);
  });

  it('looks at most twice a second when nothing is due', async () => {
    timers.due = [Date.now() + 3_600_000];
    clock.start();
    for (let opened = 0; opened < 1_000; opened += 1) clock.arm(3_600_000);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(timers.looks).toBeLessThanOrEqual(122);
  });

  it('fires after the database was away', async () => {
    timers.failure = new TransientError('away');
    timers.due = [Date.now()];
    clock.start();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(timers.fired).toEqual([]);
    timers.failure = undefined;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(timers.fired).toHaveLength(1);
  });
});
