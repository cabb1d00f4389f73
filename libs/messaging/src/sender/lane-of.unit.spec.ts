import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { LaneMessage } from './lane-message.js';
import { laneOf } from './lane-of.js';

const partitionsOf = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 1,
    replicas: [1],
    isr: [1],
  }));

describe('the lane of a key', () => {
  const defaultPartitioner = kafkajs.Partitioners.DefaultPartitioner();

  it('is the one that the DefaultPartitioner of kafkajs gives it, for every key and number of lanes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.integer({ min: 1, max: 200 }),
        (key, lanes) => {
          const expected = defaultPartitioner({
            topic: 't',
            partitionMetadata: partitionsOf(lanes),
            message: { key, value: null },
          });
          expect(laneOf(key, lanes)).toBe(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('follows the partition key where there is one, and a partition given by number above all', () => {
    const lanes = 24;
    const record = { topic: 'vote.cast', key: 'some/key/1', value: 'v' };
    expect(new LaneMessage(record).assign(lanes)).toBe(laneOf('some/key/1', lanes));
    expect(new LaneMessage({ ...record, partitionKey: 'request' }).assign(lanes)).toBe(
      laneOf('request', lanes),
    );
    expect(new LaneMessage({ ...record, partitionKey: 'request', partition: 3 }).assign(lanes)).toBe(3);
  });
});
