const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029\u115F\u1160\u3164\uFFA0]|\u034F/gu;
const LINE_BREAKS = /\r\n|\r|\n/;

const named = (character: string): string =>
  `⟦U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟧`;

/**
 * A text of the requester with everything made visible that could make it look like something else: controls,
 * bidirectional overrides, invisible characters. Line breaks split it.
 * @returns its lines
 */
export const visibleLines = (text: string): string[] =>
  text.split(LINE_BREAKS).map((line) => line.replaceAll('\t', '    ').replaceAll(HIDDEN, named));

/** The same in one line; line breaks become visible too. */
export const visibleText = (text: string): string => text.replaceAll('\t', ' ').replaceAll(HIDDEN, named);
