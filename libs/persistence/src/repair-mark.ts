import { type DataSource } from 'typeorm';

/**
 * SQL that makes the table in which a service notes that its database is being repaired; for a migration of the service.
 * @param role as which the service runs
 */
export const createRepairMark = (role: string): string => `
  -- A row for each repair that was begun and has not ended, and from when on it reads, in milliseconds since 1970.
  CREATE TABLE database_repair (since float8 NOT NULL, begun_at timestamptz NOT NULL DEFAULT clock_timestamp());
  GRANT SELECT, INSERT, DELETE ON database_repair TO "${role.replaceAll('"', '""')}"`;

/**
 * That a database is being repaired, noted in the database itself: what was brought back already must not hide from the next
 * start how old the rest is.
 */
export class RepairMark {
  constructor(private readonly dataSource: DataSource) {}

  /** From when on a repair reads that has not ended, ms since 1970; undefined where there is none. */
  async since(): Promise<number | undefined> {
    const rows: { since: number | null }[] = await this.dataSource.query(
      'SELECT min(since) AS since FROM database_repair',
    );
    return rows[0]?.since ?? undefined;
  }

  /** @param since ms since 1970 */
  async begin(since: number): Promise<void> {
    await this.dataSource.query('INSERT INTO database_repair (since) VALUES ($1)', [since]);
  }

  /** Also of repairs that others have begun: each reads everything. */
  async end(): Promise<void> {
    await this.dataSource.query('DELETE FROM database_repair');
  }
}
