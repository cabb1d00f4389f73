/** What Unicode folds onto these letters, beside their capitals. */
const ALSO: Readonly<Record<string, string>> = { k: '\u212a', s: '\u017f' };

/**
 * Words in capitals, small letters or both: what `(?i:…)` means, without it. V8 lets a group with that modifier miss, in
 * processes that have run for a while (nodejs/node#60030).
 * @param words a pattern of small letters and `|?:()`
 */
export const anyCase = (words: string): string =>
  `(?:${words.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}${ALSO[letter] ?? ''}]`)})`;
