import { runService } from '@tollgate/runtime';
import { AuditConfig } from './audit.config.js';
import { AuditModule } from './audit.module.js';

await runService({
  service: 'audit',
  config: AuditConfig,
  module: (parts) => AuditModule.of(parts),
  // A retry of audit is first of all a record of a topic: it goes on record like any other.
  lanes: { readOwnRetries: false },
});
