/** Any decimal of so many characters survives the way into a double and back. */
const ALWAYS_EXACT_LENGTH = 15;

/** A decimal without sign as its significant digits and the power of ten of the last one: 1500 and 1.5e3 are both 15e2. */
function significant(decimal: string): string {
  const [mantissa = '', power = '0'] = decimal.replace(/^-/, '').toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  return trimmed === ''
    ? '0'
    : `${trimmed}e${Number(power) - fraction.length + digits.length - trimmed.length}`;
}

/**
 * True for a JSON number that a double (IEEE 754) holds without changing it: written out again in its shortest form
 * (as RFC 8785 does) it is the same decimal.
 * @param token a number as RFC 8259 writes it
 */
export function isExactNumber(token: string): boolean {
  if (token.length <= ALWAYS_EXACT_LENGTH && !/[eE]/.test(token)) return true;
  const value = Number(token);
  return Number.isFinite(value) && significant(String(value)) === significant(token);
}
