import 'reflect-metadata';
import { loadConfig, ConfigError, createLogger } from '@tollgate/runtime';
import { migrate } from '@tollgate/persistence';
import { NOTIFIER_MIGRATIONS } from './migrations/notifier-migrations.js';
import { MigrateConfig } from './notifier.config.js';

/** `EX_CONFIG` of sysexits.h. */
const EXIT_CONFIG = 78;

try {
  const { migrationDatabaseUrl, logLevel } = loadConfig(MigrateConfig, process.env);
  const logger = createLogger('notifier-migrate', logLevel);
  await migrate({
    url: migrationDatabaseUrl,
    migrations: NOTIFIER_MIGRATIONS,
    onMigrated: (migration) => logger.info({ migration }, 'migrated'),
  });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`the notifier's database cannot be migrated: ${error.message}\n`);
  process.exit(EXIT_CONFIG);
}
