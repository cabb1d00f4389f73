import { type Logger } from '@tollgate/runtime';
import { Pool } from 'pg';

/** How a pool of connections to the ledger's database is made. */
export interface LedgerPoolSettings {
  /** A `postgres://` URL with the role that the pool acts as. */
  readonly url: string;
  readonly size: number;
  /** Shown by the server in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly logger: Logger;
}

const STATEMENT_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Connections to the ledger's database. The driver is used as it is, without the mapper: there are no entities here, and
 * the batches are named statements with binary parameters.
 */
export function ledgerPool({ url, size, applicationName, logger }: LedgerPoolSettings): Pool {
  const pool = new Pool({
    connectionString: url,
    max: size,
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  });
  // A connection that breaks while idle is replaced by the pool; a query on a broken one rejects by itself.
  pool.on('error', (error) =>
    logger.warn({ err: error }, 'a connection to the ledger broke and is replaced'),
  );
  return pool;
}
