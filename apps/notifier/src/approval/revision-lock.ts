import { type RunsOn, Statement } from '../database/statement.js';

/**
 * Transactions that begin to ask people share this lock until they commit, and learn who is active only after they
 * have it. Whoever judges approvals again after a new revision takes it alone for a moment: all that began to ask by
 * an earlier revision is committed then, and seen.
 */
export const REVISION_LOCK = 7_420_002;

const shared = new Statement('revision_lock_shared', `SELECT pg_advisory_xact_lock_shared(${REVISION_LOCK})`);
const alone = new Statement('revision_lock_alone', `SELECT pg_advisory_xact_lock(${REVISION_LOCK})`);

/** See {@link REVISION_LOCK}; it is never taken alone by a transaction that holds anything else. */
export const revisionLock = {
  async share(tx: RunsOn): Promise<void> {
    await shared.run(tx);
  },

  async takeAlone(tx: RunsOn): Promise<void> {
    await alone.run(tx);
  },
};
