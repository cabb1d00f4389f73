import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeLeaf, LEAF_FORMS, leafHash, type LedgerLeaf } from './leaf.js';

const A_LEAF: LedgerLeaf = {
  form: 'as-they-came',
  arrivedAt: Date.UTC(2026, 10, 2, 9),
  brokerTime: Date.UTC(2026, 10, 2, 8, 59, 59, 999),
  topic: 'vote.cast',
  partition: 3,
  offset: 4711n,
  sha256: Buffer.alloc(32, 0xab),
};

const leaves: fc.Arbitrary<LedgerLeaf> = fc.record({
  form: fc.constantFrom(...LEAF_FORMS),
  arrivedAt: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  brokerTime: fc.option(fc.nat({ max: Number.MAX_SAFE_INTEGER })),
  topic: fc.string({ maxLength: 20 }),
  partition: fc.nat(),
  offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});

describe('the bytes of a leaf', () => {
  it('are frozen', () => {
    expect(encodeLeaf(A_LEAF).toString('hex')).toBe(
      '01' +
        '00' +
        '000001a19b7ca680' +
        '000001a19b7ca67f' +
        '00000003' +
        '0000000000001267' +
        '0009' +
        Buffer.from('vote.cast').toString('hex') +
        'ab'.repeat(32),
    );
  });

  it('say what is encrypted or withheld, and that there is no time', () => {
    expect(encodeLeaf({ ...A_LEAF, form: 'encrypted' })[1]).toBe(1);
    expect(encodeLeaf({ ...A_LEAF, form: 'withheld' })[1]).toBe(2);
    expect(
      encodeLeaf({ ...A_LEAF, brokerTime: null })
        .subarray(10, 18)
        .toString('hex'),
    ).toBe('f'.repeat(16));
  });

  it('differ wherever two leaves do', () => {
    fc.assert(
      fc.property(leaves, leaves, (one, other) => {
        const same =
          fc.stringify({ ...one, sha256: [...one.sha256] }) ===
          fc.stringify({ ...other, sha256: [...other.sha256] });
        expect(encodeLeaf(one).equals(encodeLeaf(other))).toBe(same);
        expect(leafHash(one).equals(leafHash(other))).toBe(same);
        for (const field of Object.keys(one) as (keyof LedgerLeaf)[]) {
          const mixed = { ...one, [field]: other[field] };
          if (fc.stringify(mixed[field]) === fc.stringify(one[field])) continue;
          expect(encodeLeaf(mixed).equals(encodeLeaf(one))).toBe(false);
        }
      }),
    );
  });

  it.each([
    [{ arrivedAt: -1 }],
    [{ arrivedAt: 1.5 }],
    [{ brokerTime: 2 ** 60 }],
    [{ partition: -1 }],
    [{ offset: -1n }],
    [{ topic: 'x'.repeat(70_000) }],
    [{ sha256: Buffer.alloc(31) }],
  ])('are not made of %o', (wrong) => {
    expect(() => encodeLeaf({ ...A_LEAF, ...wrong })).toThrow(
      expect.objectContaining({ name: 'RangeError' }),
    );
  });
});
