import { migrateService } from '@tollgate/runtime';
import { MIGRATIONS } from './migrations/migrations.js';

await migrateService('audit', MIGRATIONS);
