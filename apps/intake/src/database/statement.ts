import { type DataSource, type EntityManager } from 'typeorm';

/** What the driver's connection and its pool have in common. */
interface Queryable {
  query<Row>(statement: { name: string; text: string; values: readonly unknown[] }): Promise<{ rows: Row[] }>;
}

async function connectionOf(on: EntityManager): Promise<Queryable> {
  if (on.queryRunner === undefined) throw new Error('a statement of a transaction needs its entity manager');
  const connection: Queryable = await on.queryRunner.connect();
  return connection;
}

/**
 * A named statement: parsed and planned once per connection, not once per call. It goes straight to the driver, as
 * the mapper knows no names.
 * @template Row what one row of the answer looks like; the author of the SQL vouches for it
 */
export class Statement<Row = unknown> {
  constructor(
    /** Unique within the service, at most 63 characters. */
    readonly name: string,
    readonly text: string,
  ) {}

  /** Runs it inside a transaction. */
  async within(transaction: EntityManager, values: readonly unknown[]): Promise<Row[]> {
    return this.#run(await connectionOf(transaction), values);
  }

  /** Runs it on any free connection, in a transaction of its own. */
  alone(dataSource: DataSource, values: readonly unknown[]): Promise<Row[]> {
    const { driver } = dataSource;
    if (!('master' in driver)) throw new Error('the data source has no pool');
    return this.#run(driver.master as Queryable, values);
  }

  async #run(connection: Queryable, values: readonly unknown[]): Promise<Row[]> {
    return (await connection.query<Row>({ name: this.name, text: this.text, values })).rows;
  }
}
