export { NotifierModule } from './notifier.module.js';
export { NotifierConfig } from './notifier.config.js';
export { NOTIFIER_MIGRATIONS } from './migrations/notifier-migrations.js';
