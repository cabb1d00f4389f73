import { migrateService } from '@tollgate/runtime';
import { migrations } from './migrations/migrations.js';

await migrateService('intake', migrations);
