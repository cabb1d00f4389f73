import { runService } from '@tollgate/runtime';
import { BODY_LIMIT, configureHttp } from './configure-http.js';
import { IntakeConfig } from './intake.config.js';
import { intakeModule } from './intake.module.js';
import { endOnStartupFault } from './end-on-startup-fault.js';

await runService({
  service: 'intake',
  config: IntakeConfig,
  bodyLimit: BODY_LIMIT,
  configureHttp,
  module: (parts) => intakeModule(parts).catch(endOnStartupFault),
});
