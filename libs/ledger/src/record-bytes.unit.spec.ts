import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeHeaders, encodeHeaders, hashOf, type RecordBytes } from './record-bytes.js';

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const headers = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), bytes, {
  maxKeys: 5,
  noNullPrototype: true,
});
const record: fc.Arbitrary<RecordBytes> = fc.record({
  key: fc.option(bytes),
  headers: fc.option(bytes),
  value: fc.option(bytes),
});

describe('headers in one piece', () => {
  it('come apart as they went in', () => {
    fc.assert(
      fc.property(headers, (given) => {
        expect(decodeHeaders(encodeHeaders(given))).toEqual(given);
      }),
    );
  });

  it('are the same in whatever order they came', () => {
    const one = { a: Buffer.from('1'), b: Buffer.from('2') };
    const other = { b: Buffer.from('2'), a: Buffer.from('1') };
    expect(encodeHeaders(one)).toEqual(encodeHeaders(other));
  });

  it('are nothing where there are none', () => {
    expect(encodeHeaders({})).toBeNull();
    expect(decodeHeaders(null)).toEqual({});
  });

  it('are refused when they are cut off', () => {
    const whole = encodeHeaders({ reason: Buffer.from('because') }) ?? Buffer.alloc(0);
    for (let length = 1; length < whole.length; length++) {
      expect(() => decodeHeaders(whole.subarray(0, length))).toThrow(RangeError);
    }
  });
});

describe('hashOf', () => {
  it('is the SHA-256 of the three parts, each after its length', () => {
    const expected = createHash('sha256')
      .update('\0\0\0\x02id\xff\xff\xff\xff\0\0\0\0', 'latin1')
      .digest('hex');
    expect(hashOf({ key: Buffer.from('id'), headers: null, value: Buffer.alloc(0) })).toBe(expected);
  });

  it('differs wherever a byte differs, moves from one part to the next, or is null instead of empty', () => {
    const form = ({ key, headers: head, value }: RecordBytes): string =>
      JSON.stringify([key, head, value].map((part) => part?.toString('hex') ?? null));
    fc.assert(
      fc.property(record, record, (one, other) => {
        expect(hashOf(one) === hashOf(other)).toBe(form(one) === form(other));
      }),
    );
    const whole = { key: Buffer.from('ab'), headers: null, value: Buffer.from('c') };
    expect(hashOf({ ...whole, key: Buffer.from('a'), value: Buffer.from('bc') })).not.toBe(hashOf(whole));
    expect(hashOf({ ...whole, headers: Buffer.alloc(0) })).not.toBe(hashOf(whole));
  });

  it('takes a record of any size', () => {
    const value = Buffer.alloc(9 * 1024 * 1024, 'x');
    expect(hashOf({ key: null, headers: null, value })).toMatch(/^[0-9a-f]{64}$/);
  });
});
