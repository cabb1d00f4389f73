import { migrateService } from '@tollgate/runtime';
import { NOTIFIER_MIGRATIONS } from './migrations/notifier-migrations.js';

await migrateService('notifier', NOTIFIER_MIGRATIONS);
