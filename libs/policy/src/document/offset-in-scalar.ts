/** Where in a YAML text a character of a scalar's value stands. */

const isBlank = (char: string | undefined): boolean =>
  char === ' ' || char === '\t' || char === '\n' || char === '\r';

/** How long an escape in double quotes is, from its backslash. */
function escapeLength(source: string, at: number): number {
  switch (source[at + 1]) {
    case 'x':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    default:
      return 2;
  }
}

/** The header of a block scalar (`|`, `>-`, …) with its comment, and the line break after it. */
const BLOCK_HEADER = /^[|>][^\n]*\n/;

/**
 * Follows a scalar's value through its source: line breaks and indents that YAML folds or cuts are skipped, escapes count
 * as what they stand for. A place within something folded is off by a few columns at worst, never by a line.
 * @param source the whole text
 * @param start of the scalar's source (UTF-16 units)
 * @param end of it
 * @param value of the scalar
 * @param offset into the value
 * @returns the offset in the source
 */
export function offsetInScalar(
  source: string,
  start: number,
  end: number,
  value: string,
  offset: number,
): number {
  const first = source[start];
  const quoted = first === '"' || first === "'";
  const header = quoted ? null : BLOCK_HEADER.exec(source.slice(start, end));
  let at = start + (header?.[0].length ?? (quoted ? 1 : 0));
  for (let index = 0; index < Math.min(offset, value.length) + 1; index += 1) {
    const char = value[index];
    if (!isBlank(char)) {
      while (at < end && isBlank(source[at]) && source[at] !== char) at += 1;
      while (first === '"' && source[at] === '\\' && source[at + 1] === '\n') {
        at += 2;
        while (at < end && isBlank(source[at])) at += 1;
      }
    }
    if (index === offset || index >= value.length) break;
    if (first === '"' && source[at] === '\\') at += escapeLength(source, at);
    else if (first === "'" && source[at] === "'" && source[at + 1] === "'") at += 2;
    else if (!isBlank(char) || isBlank(source[at])) at += 1;
  }
  return Math.min(at, Math.max(end - 1, start));
}
