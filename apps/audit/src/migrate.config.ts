import { loadConfig } from '@tollgate/runtime';
import { Matches } from 'class-validator';

/** What the command that migrates the ledger's database reads from the environment. */
export class MigrateConfig {
  /** How the owner of the tables (`audit_owner`) connects. */
  @Matches(/^postgres(ql)?:\/\//, { message: 'migrationDatabaseUrl must be a postgres:// URL' })
  migrationDatabaseUrl!: string;
}

/** @throws ConfigError where the environment does not fit */
export const readMigrateConfig = (): MigrateConfig => loadConfig(MigrateConfig, process.env);
