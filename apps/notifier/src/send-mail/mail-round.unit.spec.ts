import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TransientError } from '@tollgate/messaging';
import { TestLogger } from '../testing/test-logger.js';
import { MailRound } from './mail-round.js';
import { type MailPass } from './send-mails.js';

/** A queue that behaves: so many mails are due, and the mail server is up or not. */
class Queue {
  due = 0;
  up = true;
  passes: number[] = [];
  failure: Error | undefined;

  async pass(limit: number): Promise<MailPass> {
    this.passes.push(Date.now());
    if (this.failure !== undefined) throw this.failure;
    const taken = Math.min(limit, this.due);
    if (!this.up) return { taken, sent: 0, failed: taken, untried: 0 };
    this.due -= taken;
    return { taken, sent: taken, failed: 0, untried: 0 };
  }
}

let queue: Queue;
let busy: boolean;
let round: MailRound;

beforeEach(() => {
  jest.useFakeTimers();
  queue = new Queue();
  busy = false;
  round = new MailRound(queue, { perSecond: 50, busy: () => busy }, new TestLogger());
});
afterEach(async () => {
  await round.stop();
  jest.useRealTimers();
});

describe('the mail round', () => {
  it('sends at once when it is woken', async () => {
    round.start();
    await jest.advanceTimersByTimeAsync(100);
    queue.due = 1;
    round.wake();
    await jest.advanceTimersByTimeAsync(1);
    expect(queue.due).toBe(0);
  });

  it('keeps its pace, however much is due', async () => {
    queue.due = 1000;
    round.start();
    await jest.advanceTimersByTimeAsync(4_000);
    expect(1000 - queue.due).toBeGreaterThanOrEqual(190);
    expect(1000 - queue.due).toBeLessThanOrEqual(220);
  });

  it('goes slower while the processor is busy, and still goes', async () => {
    queue.due = 1000;
    busy = true;
    round.start();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(1000 - queue.due).toBeGreaterThanOrEqual(90);
    expect(1000 - queue.due).toBeLessThanOrEqual(120);
  });

  it('leaves a mail server alone that takes nothing, whoever wakes it, and goes on when it does', async () => {
    queue.due = 5;
    queue.up = false;
    round.start();
    for (let second = 0; second < 60; second += 1) {
      await jest.advanceTimersByTimeAsync(1_000);
      round.wake();
    }
    expect(queue.passes.length).toBeLessThan(12);
    queue.up = true;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(queue.due).toBe(0);
  });

  it('waits for a database that is away', async () => {
    queue.failure = new TransientError('away');
    round.start();
    await jest.advanceTimersByTimeAsync(3_000);
    queue.failure = undefined;
    queue.due = 1;
    await jest.advanceTimersByTimeAsync(10_000);
    expect(queue.due).toBe(0);
  });

  it('sends nothing after it was stopped', async () => {
    round.start();
    await jest.advanceTimersByTimeAsync(100);
    await round.stop();
    queue.due = 1;
    round.wake();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(queue.due).toBe(1);
  });
});
