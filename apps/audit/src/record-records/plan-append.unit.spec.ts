import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { laneOf, type Place, planAppend } from './plan-append.js';

const at = (offset: number, topic = 'route.resolved', partition = 0): Place => ({
  topic,
  partition,
  offset: BigInt(offset),
});
const offsets = (places: readonly Place[]): number[] => places.map(({ offset }) => Number(offset));
const next = (offset: number, topic = 'route.resolved', partition = 0): Map<string, bigint> =>
  new Map([[laneOf({ topic, partition }), BigInt(offset)]]);

describe('planAppend', () => {
  it('adds what follows on', () => {
    const plan = planAppend(next(3), [at(3), at(4)]);
    expect(offsets(plan.fresh)).toEqual([3, 4]);
    expect(plan.moved).toEqual([{ topic: 'route.resolved', partition: 0, next: 5n }]);
    expect([plan.known, plan.missing]).toEqual([[], []]);
  });

  it('does not add again what is on record', () => {
    const plan = planAppend(next(5), [at(3), at(4), at(5)]);
    expect(offsets(plan.known)).toEqual([3, 4]);
    expect(offsets(plan.fresh)).toEqual([5]);
  });

  it('moves nothing when nothing is new', () => {
    expect(planAppend(next(5), [at(3)]).moved).toEqual([]);
  });

  it('names what is missing before, between and across lanes of its own', () => {
    const plan = planAppend(next(2), [at(4), at(5), at(9), at(1, 'vote.cast', 3)]);
    expect(plan.missing).toEqual([
      { topic: 'route.resolved', partition: 0, from: 2n, to: 4n, before: undefined },
      { topic: 'route.resolved', partition: 0, from: 6n, to: 9n, before: at(5) },
      { topic: 'vote.cast', partition: 3, from: 0n, to: 1n, before: undefined },
    ]);
  });

  it('expects a lane that it has never seen from the beginning', () => {
    expect(planAppend(new Map(), [at(0)]).missing).toEqual([]);
  });

  it('takes a record that comes twice in a batch once', () => {
    const plan = planAppend(new Map(), [at(0), at(1), at(1), at(0)]);
    expect(offsets(plan.fresh)).toEqual([0, 1]);
    expect(offsets(plan.known).toSorted()).toEqual([0, 1]);
  });

  it('keeps the order of the offsets where the batch does not', () => {
    const plan = planAppend(new Map(), [at(2), at(0), at(1)]);
    expect(offsets(plan.fresh)).toEqual([0, 1, 2]);
    expect(plan.missing).toEqual([]);
  });

  it('takes every record once, whatever is delivered again and however the batches are cut', () => {
    const delivery = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 30 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(delivery, fc.integer({ min: 1, max: 7 }), (starts, size) => {
        // A consumer that is thrown back again and again, and reads on from there in batches.
        const heads = [0, 0, 0];
        const state = new Map<string, bigint>();
        const added: string[] = [];
        for (const [partition, back] of [...starts, ...[0, 1, 2].map((each) => [each, 0] as const)]) {
          const begin = Math.max(0, (heads[partition] ?? 0) - back);
          const batch = Array.from({ length: size }, (_, nth) => at(begin + nth, 'vote.cast', partition));
          const plan = planAppend(state, batch);
          expect(plan.missing).toEqual([]);
          expect(plan.fresh.length + plan.known.length).toBe(batch.length);
          added.push(...plan.fresh.map(({ offset }) => `${partition} ${offset}`));
          for (const lane of plan.moved) state.set(laneOf(lane), lane.next);
          heads[partition] = Math.max(heads[partition] ?? 0, begin + size);
        }
        expect(new Set(added).size).toBe(added.length);
        for (const [partition, head] of heads.entries()) {
          expect(added.filter((name) => name.startsWith(`${partition} `))).toEqual(
            Array.from({ length: head }, (_, offset) => `${partition} ${offset}`),
          );
        }
      }),
    );
  });
});
