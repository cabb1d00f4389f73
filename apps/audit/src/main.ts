import { setPriority } from 'node:os';
import { runService } from '@tollgate/runtime';
import { AuditConfig } from './audit.config.js';
import { AuditModule } from './audit.module.js';

/** Niceness: about a third of what the other services get, and enough to stay in the consumer group. */
const LOWER_PRIORITY = 5;

// Nobody waits for the ledger, and it catches up: where processor time is short, the road goes first.
setPriority(LOWER_PRIORITY);

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
