import 'reflect-metadata';
import { type ServiceName } from '@tollgate/contracts';
import { migrate } from '@tollgate/persistence';
import { IsIn, Matches } from 'class-validator';
import { configOrExit } from './config-or-exit.js';
import { createLogger } from './logger.js';

/** What the command that migrates a service's database reads from the environment. */
class MigrateConfig {
  /** A `postgres://` URL with the role that owns the tables. */
  @Matches(/^postgres(ql)?:\/\//, { message: 'migrationDatabaseUrl must be a postgres:// URL' })
  migrationDatabaseUrl!: string;
  @IsIn(['debug', 'info', 'warn', 'error']) logLevel: 'debug' | 'info' | 'warn' | 'error' = 'info';
}

/**
 * The owner's command of a service: brings its database forward, and says what ran. The service itself runs as a role
 * that could not. Ends the process with `EX_CONFIG` where the environment does not fit.
 * @param migrations every migration of the database, oldest first
 * @throws the database's error; migrations before the failing one stay
 */
export async function migrateService(
  service: ServiceName,
  migrations: readonly (new () => object)[],
): Promise<void> {
  const { migrationDatabaseUrl, logLevel } = configOrExit(MigrateConfig, `${service} cannot migrate`);
  const logger = createLogger(`${service}-migrate`, logLevel);
  const ran = await migrate({
    url: migrationDatabaseUrl,
    migrations: [...migrations],
    onMigrated: (migration) => logger.info({ migration }, 'migrated'),
  });
  if (ran.length === 0) logger.info('nothing to migrate');
}
