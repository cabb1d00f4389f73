import { type RunsOn, runNamed } from './statement.js';

/** Rows per statement: a batch is filled up to the next size with empty rows, so that few texts are prepared. */
const SIZES = [1, 4, 16, 64, 256] as const;
const LARGEST = 256;

/** Names and Postgres types of the columns of the rows that go in; the first one is never null. */
export type Columns<Name extends string> = Readonly<Record<Name, string>>;

/**
 * A statement about many rows at once, given as multi-row VALUES: the cheapest way in for both sides.
 * @typeParam Name the columns of a row that goes in
 * @typeParam Row the columns that the text answers, as the driver reads them
 */
export class RowsStatement<Name extends string, Row = never> {
  readonly #columns: Name[];
  readonly #texts = new Map<number, string>();

  /**
   * @param name unique in the service
   * @param columns of the rows that go in; a row whose first column is null is not there
   * @param text makes the SQL around the rows, `incoming(name, …)` with the columns given
   */
  constructor(
    private readonly name: string,
    private readonly columns: Columns<Name>,
    private readonly text: (incoming: string, present: string) => string,
  ) {
    // The order in which the columns are written is the order of the values.
    this.#columns = Object.keys(columns) as Name[];
  }

  /** Runs the statement as often as the number of rows needs; answers what all of them answered. */
  async run(on: RunsOn, rows: readonly Readonly<Record<Name, unknown>>[]): Promise<Row[]> {
    const answered: Row[] = [];
    for (let start = 0; start < rows.length; start += LARGEST) {
      const chunk = rows.slice(start, start + LARGEST);
      const size = SIZES.find((candidate) => candidate >= chunk.length) ?? LARGEST;
      const values = new Array<unknown>(size * this.#columns.length).fill(null);
      chunk.forEach((row, index) => {
        this.#columns.forEach((column, place) => {
          values[index * this.#columns.length + place] = row[column];
        });
      });
      const { rows: more } = await runNamed<Row>(on, {
        name: `${this.name}_${size}`,
        text: this.#textOf(size),
        values,
      });
      answered.push(...more);
    }
    return answered;
  }

  #textOf(size: number): string {
    let text = this.#texts.get(size);
    if (text === undefined) {
      const width = this.#columns.length;
      const tuples = Array.from({ length: size }, (_, row) => {
        const cells = this.#columns.map((column, place) => {
          const parameter = `$${row * width + place + 1}`;
          // The types of the first row are those of all.
          return row === 0 ? `${parameter}::${this.columns[column]}` : parameter;
        });
        return `(${cells.join(',')})`;
      });
      const incoming = `(VALUES ${tuples.join(',')}) AS incoming (${this.#columns.join(', ')})`;
      text = this.text(incoming, `incoming.${this.#columns[0] ?? ''} IS NOT NULL`);
      this.#texts.set(size, text);
    }
    return text;
  }
}
