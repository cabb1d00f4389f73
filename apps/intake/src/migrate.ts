import 'reflect-metadata';
import { migrate } from '@tollgate/persistence';
import { migrateConfig } from './migrate.config.js';
import { migrations } from './migrations/migrations.js';

const ran = await migrate({ url: migrateConfig().migrationDatabaseUrl, migrations });
process.stdout.write(
  ran.length === 0 ? 'intake: nothing to migrate\n' : `intake: migrated ${ran.join(', ')}\n`,
);
