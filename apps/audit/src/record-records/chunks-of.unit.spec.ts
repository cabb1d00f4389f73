import { describe, expect, it } from '@jest/globals';
import { type IncomingRecord } from '@tollgate/messaging';
import fc from 'fast-check';
import { CHUNK_BYTES, CHUNK_RECORDS, chunksOf } from './chunks-of.js';

const record = (index: number, bytes: number): IncomingRecord => ({
  topic: 'vote.cast',
  partition: 0,
  offset: BigInt(index),
  key: null,
  value: Buffer.alloc(bytes),
  headers: {},
  time: 0,
});
const sizes = (chunks: Iterable<readonly unknown[]>): number[] => [...chunks].map(({ length }) => length);

describe('chunksOf', () => {
  it('cuts by number', () => {
    const batch = Array.from({ length: 2 * CHUNK_RECORDS + 1 }, (_, index) => record(index, 1));
    expect(sizes(chunksOf(batch))).toEqual([CHUNK_RECORDS, CHUNK_RECORDS, 1]);
  });

  it('cuts by size, and leaves a record that is larger than a chunk whole', () => {
    const batch = [1, CHUNK_BYTES, 5 * CHUNK_BYTES, CHUNK_BYTES / 2, CHUNK_BYTES / 2, 1].map((bytes, index) =>
      record(index, bytes),
    );
    expect(sizes(chunksOf(batch))).toEqual([1, 1, 1, 2, 1]);
  });

  it('gives nothing of nothing', () => {
    expect([...chunksOf([])]).toEqual([]);
  });

  it('leaves out none, and turns none round', () => {
    const lengths = fc.array(fc.constantFrom(0, 1, CHUNK_BYTES / 4, CHUNK_BYTES), { maxLength: 12 });
    fc.assert(
      fc.property(lengths, (given) => {
        const batch = given.map((bytes, index) => record(index, bytes));
        expect([...chunksOf(batch)].flat()).toEqual(batch);
      }),
      { numRuns: 30 },
    );
  });
});
