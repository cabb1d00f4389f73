import { loadConfig } from '@tollgate/runtime';
import { IsString, Matches } from 'class-validator';

/** What the migration command reads from the environment. */
export class MigrateConfig {
  /** A `postgres://` URL with the role that owns the tables. */
  @IsString()
  @Matches(/^postgres(ql)?:\/\//, { message: 'migrationDatabaseUrl must be a postgres:// URL' })
  migrationDatabaseUrl!: string;
}

/** @throws ConfigError */
export const migrateConfig = (): MigrateConfig => loadConfig(MigrateConfig, process.env);
