import { createLogger, ConfigError } from '@tollgate/runtime';
import { migrate } from '@tollgate/persistence';
import { readMigrateConfig } from './migrate.config.js';
import { MIGRATIONS } from './migrations/migrations.js';

// The owner's command: brings the ledger's tables forward. The service itself runs as a role that could not.
try {
  const logger = createLogger('audit-migrate', 'info');
  const { migrationDatabaseUrl } = readMigrateConfig();
  const ran = await migrate({
    url: migrationDatabaseUrl,
    migrations: MIGRATIONS,
    onMigrated: (name) => logger.info({ migration: name }, 'migrated'),
  });
  if (ran.length === 0) logger.info('nothing to migrate');
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`audit cannot migrate: ${error.message}\n`);
  process.exitCode = 78;
}
