import { RE2JS } from 're2js';

/** The longest pattern, in characters. */
export const MAX_PATTERN = 200;
/** How many instructions a compiled pattern may have: `[a-z]{1,63}` has about 130. */
export const MAX_PROGRAM = 500;
/** The longest text that is searched, in UTF-16 units. */
export const MAX_SEARCHED = 1000;

/** Patterns that are kept compiled; what falls out is compiled again. */
const KEPT = 500;
const compiled = new Map<string, RE2JS>();

/** What is wrong with a pattern (RE2 syntax: no look-around, no back-references); undefined where nothing is. */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN)
    return `the pattern is ${pattern.length} characters long; at most ${MAX_PATTERN} are allowed`;
  try {
    const size = RE2JS.compile(pattern).programSize();
    return size > MAX_PROGRAM
      ? `the pattern is too costly: it repeats too much (${size} instructions; at most ${MAX_PROGRAM})`
      : undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return `the pattern is not in RE2 syntax: ${error.message.replace('error parsing regexp: ', '')}`;
  }
}

/**
 * True where a pattern is found anywhere in a text, in time linear in the length of the text.
 * @throws RangeError for a text longer than {@link MAX_SEARCHED}
 */
export function matchesRe2(text: string, pattern: string): boolean {
  if (text.length > MAX_SEARCHED)
    throw new RangeError(`matchesRe2 searches texts of at most ${MAX_SEARCHED} characters`);
  let program = compiled.get(pattern);
  if (program === undefined) {
    program = RE2JS.compile(pattern);
    const oldest = compiled.keys().next().value;
    if (compiled.size >= KEPT && oldest !== undefined) compiled.delete(oldest);
    compiled.set(pattern, program);
  }
  return program.test(text);
}
