/** How a text is broken into lines. */
export interface Wrapping {
  /** How many characters fit on a line. */
  readonly width: number;
  /** Put before the first line; default nothing. */
  readonly first?: string;
  /** Put before every other line; default as many spaces as `first` is long. */
  readonly others?: string;
}

/** After these a word may go on in the next line. */
const JOINTS = /(?<=[-_./:,;=])/u;

/** A word in the parts between which it may be broken: `vp-`, `engineering`. */
export const partsOf = (word: string): readonly string[] => word.split(JOINTS);

/** A word in pieces that fit, broken at its joints where it has some. */
function pieces(word: string, room: number): string[] {
  const parts: string[] = [];
  let piece = '';
  for (const part of partsOf(word)) {
    if (piece !== '' && [...piece].length + [...part].length > room) {
      parts.push(piece);
      piece = '';
    }
    const characters = [...(piece + part)];
    while (characters.length > room) parts.push(characters.splice(0, room).join(''));
    piece = characters.join('');
  }
  return piece === '' ? parts : [...parts, piece];
}

/** A text as lines that fit, broken between words; only a word that is longer than a line is broken within. */
export function wrap(
  text: string,
  { width, first = '', others = ' '.repeat(first.length) }: Wrapping,
): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    const room = Math.max(1, width - Math.max(first.length, others.length));
    const parts = [...word].length > room ? pieces(word, room) : [word];
    for (const part of parts) {
      if (!empty && [...line].length + 1 + [...part].length > width) {
        lines.push(line);
        line = others;
        empty = true;
      }
      line += empty ? part : ` ${part}`;
      empty = false;
    }
  }
  return [...lines, line].map((each) => each.trimEnd());
}
