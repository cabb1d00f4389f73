import 'reflect-metadata';
import { runService } from '@tollgate/runtime';
import { NotifierConfig } from './notifier.config.js';
import { NotifierModule } from './notifier.module.js';

await runService({
  service: 'notifier',
  config: NotifierConfig,
  trustedProxies: ({ trustedProxies }) => trustedProxies,
  module: (parts) => NotifierModule.compose(parts),
});
