// C0 and C1 controls, and the marks that reorder or hide text: what could make a terminal lie.
const TRICKS = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * A text from outside in one line, as it may be written to a terminal: line breaks become spaces, and characters
 * that steer the terminal or turn the direction of text become visible as `\u{…}`.
 */
export const visible = (text: string): string =>
  text
    .replace(/\r?\n|\t/g, ' ')
    .replace(TRICKS, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`);
