import { DataSource, type EntityManager } from 'typeorm';

/** Where a statement runs: in a transaction, or on any connection for itself. */
export type RunsOn = EntityManager | DataSource;

interface NamedQuery {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What this service needs of the driver's connection. */
interface Connection {
  query(query: NamedQuery): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>;
}

/** What a statement answers. */
export interface Answer<Row> {
  readonly rows: Row[];
  /** How many rows it read or changed. */
  readonly count: number;
}

/** Runs a named statement: each connection parses and plans it once. */
export async function runNamed<Row>(on: RunsOn, query: NamedQuery): Promise<Answer<Row>> {
  const own = on instanceof DataSource ? on.createQueryRunner() : undefined;
  const runner = own ?? (on instanceof DataSource ? undefined : on.queryRunner);
  if (runner === undefined)
    throw new Error(`the statement ${query.name} was given neither a transaction nor a data source`);
  try {
    const connection: Connection = await runner.connect();
    const { rows, rowCount } = await connection.query(query);
    // The one place that trusts a statement to answer the columns that its text names.
    return { rows: rows as Row[], count: rowCount ?? 0 };
  } finally {
    await own?.release();
  }
}

/**
 * A statement with a fixed text, prepared once per connection.
 * @typeParam Row the columns that the text answers, as the driver reads them
 */
export class Statement<Row = never> {
  /**
   * @param name unique in the service
   * @param text SQL with `$1`, `$2`, …
   */
  constructor(
    private readonly name: string,
    private readonly text: string,
  ) {}

  async run(on: RunsOn, ...values: readonly unknown[]): Promise<Row[]> {
    return (await runNamed<Row>(on, { name: this.name, text: this.text, values })).rows;
  }
}
