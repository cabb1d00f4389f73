import { runService } from '@tollgate/runtime';
import { RouterConfig } from './router.config.js';
import { routerModule } from './router.module.js';

await runService({ service: 'router', config: RouterConfig, module: routerModule });
