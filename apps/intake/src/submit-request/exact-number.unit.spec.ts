import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isExactNumber } from './exact-number.js';

describe('numbers that a double holds exactly', () => {
  it('are those that a double writes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(isExactNumber(JSON.stringify(value))).toBe(true);
        expect(isExactNumber(value.toExponential())).toBe(true);
      }),
    );
  });

  it('are the safe integers, but not the odd ones beyond', () => {
    const safe = fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n });
    fc.assert(fc.property(safe, (value) => expect(isExactNumber(String(value))).toBe(true)));
    const half = fc.bigInt({ min: 2n ** 52n, max: 2n ** 80n });
    fc.assert(fc.property(half, (value) => expect(isExactNumber(String(2n * value + 1n))).toBe(false)));
  });

  it.each(['0', '-0', '0.0', '1.50', '100', '1e2', '1E+2', '0.1e-2', '123456789.123', '1e21', '0e999999'])(
    'are also written like %s',
    (token) => expect(isExactNumber(token)).toBe(true),
  );

  it.each([
    '9007199254740993',
    '0.1234567890123456789',
    '1e309',
    '-1e309',
    '4.9e-324',
    '1e-400',
    '1e99999999999999999999',
  ])('are not %s', (token) => expect(isExactNumber(token)).toBe(false));
});
