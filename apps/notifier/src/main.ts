import 'reflect-metadata';
import { runService } from '@tollgate/runtime';
import { NotifierConfig } from './notifier.config.js';
import { NotifierModule } from './notifier.module.js';

await runService({
  service: 'notifier',
  config: NotifierConfig,
  module: (parts) => NotifierModule.compose(parts),
});
