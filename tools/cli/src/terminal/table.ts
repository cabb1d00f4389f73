/** Which side of its column a cell leans to. */
export type Alignment = 'left' | 'right';

/**
 * Rows as lines with aligned columns, two spaces apart.
 * @param columns heading and alignment of each column
 */
export function table(
  columns: readonly (readonly [heading: string, alignment: Alignment])[],
  rows: readonly string[][],
): string[] {
  const all = [columns.map(([heading]) => heading), ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        return columns[index]?.[1] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
