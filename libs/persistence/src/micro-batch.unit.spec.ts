import { describe, expect, it } from '@jest/globals';
import { MicroBatch } from './micro-batch.js';

/** Work whose end the test decides. */
function gated() {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const work = async (inputs: number[]): Promise<(number | Error)[]> => {
    batches.push(inputs);
    await new Promise<void>((resolve) => gates.push(resolve));
    return inputs.map((input) => (input < 0 ? new Error(`no ${input}`) : input * 10));
  };
  const opened = async (count: number) => {
    while (gates.length < count) await new Promise((resolve) => setImmediate(resolve));
    gates[count - 1]?.();
  };
  return { batches, work, opened };
}

describe('MicroBatch', () => {
  it('starts at once when idle and gathers what comes while a batch is under way', async () => {
    const { batches, work, opened } = gated();
    const batch = new MicroBatch<number, number>({ maxBatch: 100, work });
    const first = batch.run(1);
    while (batches.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const later = [batch.run(2), batch.run(3), batch.run(4)];
    await opened(1);
    await opened(2);
    expect(await Promise.all([first, ...later])).toEqual([10, 20, 30, 40]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('splits what is more than the most of one batch', async () => {
    const { batches, work, opened } = gated();
    const batch = new MicroBatch<number, number>({ maxBatch: 2, work });
    const all = [1, 2, 3].map((input) => batch.run(input));
    await opened(1);
    await opened(2);
    expect(await Promise.all(all)).toEqual([10, 20, 30]);
    expect(batches).toEqual([[1, 2], [3]]);
  });

  it('gives an error of one input to that caller only', async () => {
    const { work, opened } = gated();
    const batch = new MicroBatch<number, number>({ maxBatch: 10, work });
    const results = Promise.allSettled([batch.run(1), batch.run(-2), batch.run(3)]);
    await opened(1);
    expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('gives a thrown error to every caller of the batch and goes on with the next', async () => {
    let calls = 0;
    const batch = new MicroBatch<number, number>({
      maxBatch: 10,
      work: (inputs) => {
        calls += 1;
        return calls === 1 ? Promise.reject(new Error('away')) : Promise.resolve(inputs);
      },
    });
    const results = await Promise.allSettled([batch.run(1), batch.run(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await batch.run(3)).toBe(3);
  });

  it('runs as many batches at once as it is allowed', async () => {
    const { batches, work, opened } = gated();
    const batch = new MicroBatch<number, number>({ maxBatch: 1, concurrency: 2, work });
    const all = [1, 2, 3].map((input) => batch.run(input));
    while (batches.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(batches).toEqual([[1], [2]]);
    await opened(1);
    await opened(3);
    await opened(2);
    expect(await Promise.all(all)).toEqual([10, 20, 30]);
  });
});
