import { type MixedList } from 'typeorm';
import { createDataSource } from './create-data-source.js';

/** Any constant: the one lock that all migration runners of a database queue for. */
const MIGRATION_LOCK = 7_405_001;

/** What `migrate` is given. */
export interface MigrateSettings {
  /** A `postgres://` URL with the role that owns the tables. */
  readonly url: string;
  readonly migrations: MixedList<new () => object>;
  /** Told the name of each migration that ran. */
  readonly onMigrated?: (name: string) => void;
}

/**
 * Brings a database forward: runs the migrations that it has not seen, oldest first, each in a transaction of its
 * own. Several runners at once queue; the later ones find nothing to do.
 * @returns the names of the migrations that ran now
 * @throws the database's error; migrations before the failing one stay
 */
export async function migrate(settings: MigrateSettings): Promise<string[]> {
  const dataSource = createDataSource({
    url: settings.url,
    poolSize: 2,
    applicationName: 'tollgate-migrate',
    migrations: settings.migrations,
  });
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SET statement_timeout = 0');
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await dataSource.runMigrations();
    const names = ran.map((migration) => migration.name);
    for (const name of names) settings.onMigrated?.(name);
    return names;
  } finally {
    await lock.query('SELECT pg_advisory_unlock_all()');
    await lock.release();
    await dataSource.destroy();
  }
}
