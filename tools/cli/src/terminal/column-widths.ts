import { partsOf } from './wrap.js';

/** Narrower, no column can be read. */
const NARROWEST = 6;

const lengthOf = (text: string): number => [...text].length;

/**
 * How wide the columns of a table are, so that it fits: the widest gives way first, at first only as far as its words stay
 * whole, then the parts of its words.
 * @param rows the cells, headings among them
 * @param width how many characters fit on a line
 * @param gap between two columns
 */
export function columnWidths(
  rows: readonly (readonly string[])[],
  width: number,
  gap: number,
): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const most = (measure: (text: string) => number): number[] =>
    Array.from({ length: count }, (_, column) =>
      rows.reduce((widest, row) => Math.max(widest, measure(row[column] ?? '')), 1),
    );
  const widths = most(lengthOf);
  const words = most((text) => Math.max(...text.split(' ').map(lengthOf)));
  const parts = most((text) => Math.max(...text.split(' ').flatMap(partsOf).map(lengthOf)));
  const room = width - gap * (count - 1);
  let over = widths.reduce((sum, each) => sum + each, 0) - room;
  for (const least of [words, parts, parts.map((each) => Math.min(each, NARROWEST))]) {
    while (over > 0) {
      const [widest] = widths
        .map((each, column) => ({ each, column }))
        .filter(({ each, column }) => each > (least[column] ?? 0))
        .toSorted((one, other) => other.each - one.each);
      if (widest === undefined) break;
      widths[widest.column] = widest.each - 1;
      over -= 1;
    }
  }
  return widths;
}
