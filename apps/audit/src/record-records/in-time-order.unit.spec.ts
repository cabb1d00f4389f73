import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inTimeOrder } from './in-time-order.js';

const record = (topic: string, offset: number, time: number) => ({
  topic,
  partition: 0,
  offset: BigInt(offset),
  time,
});

describe('inTimeOrder', () => {
  it('puts what happened first first, whatever the topic', () => {
    const submitted = record('request.submitted', 7, 10);
    const routed = record('route.resolved', 3, 20);
    const submittedLater = record('request.submitted', 8, 30);
    expect(inTimeOrder([routed, submitted, submittedLater])).toEqual([submitted, routed, submittedLater]);
  });

  it('never turns the offsets of a partition round, even where a writer’s clock went back', () => {
    const records = fc.array(
      fc.record({ topic: fc.constantFrom('a', 'b', 'c'), time: fc.integer({ min: 0, max: 50 }) }),
    );
    fc.assert(
      fc.property(records, (given) => {
        const ordered = inTimeOrder(given.map(({ topic, time }, index) => record(topic, index, time)));
        expect(ordered).toHaveLength(given.length);
        for (const lane of ['a', 'b', 'c']) {
          const offsets = ordered.filter(({ topic }) => topic === lane).map(({ offset }) => Number(offset));
          expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});
