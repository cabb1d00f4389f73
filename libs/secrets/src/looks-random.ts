/** Shannon's entropy of a text, in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** One word of a name, perhaps with a small number. */
const WORD = /^(?:[A-Za-z]?[a-z]*\d{0,3}|[A-Z]+\d{0,3}|\d{1,4})$/;
const SEPARATOR = /[-_./:]/;
const PIECE = /[A-Z]?[a-z]+|[A-Z]+|\d+/g;
/** Letters or digits in a row of the same kind, on average: a name has many, something drawn at random about two. */
const PIECE_OF_NAME = 4;
/** How much of a name is digits, at most. */
const DIGITS_OF_NAME = 0.2;
const HEX = /^[0-9a-f]{16,}$/i;

/** Words and small numbers, joined by dashes and the like or by capitals: how people name things (`checkout-db-v2`). */
function isName(text: string): boolean {
  if (text.split(SEPARATOR).every((word) => WORD.test(word))) return true;
  const pieces = text.match(PIECE) ?? [];
  const digits = text.length - text.replace(/\d/g, '').length;
  return digits <= text.length * DIGITS_OF_NAME && pieces.join('').length >= PIECE_OF_NAME * pieces.length;
}

const HAS_DIGIT = /\d/;
const HAS_LETTER = /[A-Za-z]/;
const HAS_LOWER = /[a-z]/;
const HAS_UPPER = /[A-Z]/;

/** The least bits per character of what somebody drew at random, where it is at least 12 characters long. */
const RANDOM_BITS = 3;
/** There are only 16 digits, and a few of them come up often by chance. */
const RANDOM_BITS_OF_HEX = 2.5;

/** True for what a person would not think of: letters and digits (or both cases) in no order that means anything. */
export function looksRandom(text: string): boolean {
  if (!HAS_LETTER.test(text)) return false;
  if (HEX.test(text)) return entropyOf(text) >= RANDOM_BITS_OF_HEX;
  if (isName(text)) return false;
  return (
    (HAS_DIGIT.test(text) || (HAS_LOWER.test(text) && HAS_UPPER.test(text))) && entropyOf(text) >= RANDOM_BITS
  );
}
