import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CursorSeal } from './cursor.js';

const seal = new CursorSeal('a secret');
const position = fc.record({
  arrivedAt: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  seq: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }),
});

describe('CursorSeal', () => {
  it('opens what it sealed for the same question', () => {
    fc.assert(
      fc.property(position, fc.string(), (given, question) => {
        expect(seal.open(seal.seal(given, question), question)).toEqual(given);
      }),
    );
  });

  it('opens nothing for another question', () => {
    const cursor = seal.seal({ arrivedAt: 1, seq: 2n }, '{"action":"deploy_prod"}');
    expect(seal.open(cursor, '{"action":"deploy_ci"}')).toBeUndefined();
  });

  it('opens nothing that another secret sealed', () => {
    const cursor = new CursorSeal('another secret').seal({ arrivedAt: 1, seq: 2n }, '{}');
    expect(seal.open(cursor, '{}')).toBeUndefined();
  });

  it('opens nothing in which any character was changed, added or dropped', () => {
    const cursor = seal.seal({ arrivedAt: Date.UTC(2026, 10, 22), seq: 1234n }, '{}');
    const character = fc.constantFrom(...'ABCabc019-_=+/ é');
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), character, (index, other) => {
        fc.pre(other !== cursor[index]);
        const [before, after] = [cursor.slice(0, index), cursor.slice(index + 1)];
        expect(seal.open(before + other + after, '{}')).toBeUndefined();
        expect(seal.open(before + other + cursor.slice(index), '{}')).toBeUndefined();
        expect(seal.open(before + after, '{}')).toBeUndefined();
      }),
    );
  });
});
