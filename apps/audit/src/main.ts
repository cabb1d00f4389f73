import { runService } from '@tollgate/runtime';
import { AuditConfig } from './audit.config.js';
import { AuditModule } from './audit.module.js';

await runService({
  service: 'audit',
  config: AuditConfig,
  module: (parts) => AuditModule.of(parts),
  lanes: {
    // A retry of audit is first of all a record of a topic: it goes on record like any other.
    readOwnRetries: false,
    // A fetch asks for every partition of every topic, so it costs more here than elsewhere, and so does each
    // transaction: half a second of records at most, or so many that they are worth it.
    fetch: { minBytes: 256 * 1024, maxWaitMs: 500 },
  },
});
