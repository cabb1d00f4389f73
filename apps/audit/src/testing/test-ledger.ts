import { migrate } from '@tollgate/persistence';
import { createLogger } from '@tollgate/runtime';
import { Client, type Pool } from 'pg';
import { Registry } from 'prom-client';
import { ledgerPool } from '../ledger-reader/ledger-pool.js';
import { MIGRATIONS } from '../migrations/migrations.js';
import { LedgerTables } from '../record-records/ledger-tables.js';
import { Ledger } from '../record-records/ledger.js';

/** The roles of the ledger's database. */
export const LEDGER_ROLES = ['audit_owner', 'audit_writer', 'audit_reader'] as const;

/** A database that was made for a spec file with {@link LEDGER_ROLES}. */
export interface EmptyDatabase {
  readonly adminUrl: string;
  readonly roleUrls: Readonly<Record<string, string>>;
}

/** A ledger's database as its owner has migrated it, with a pool for each role. */
export interface TestLedger {
  readonly admin: Pool;
  readonly owner: Pool;
  readonly writer: Pool;
  readonly reader: Pool;
  /** Another writer, as a process of its own would be. */
  newLedger(now?: () => number): { ledger: Ledger; metrics: Registry };
  close(): Promise<void>;
}

const silent = createLogger('audit', 'silent');

/** Gives the database to `audit_owner` and migrates it as that role. */
export async function prepareDatabase({ adminUrl, roleUrls }: EmptyDatabase): Promise<void> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`ALTER DATABASE ${new URL(adminUrl).pathname.slice(1)} OWNER TO audit_owner`);
  } finally {
    await admin.end();
  }
  await migrate({ url: roleUrls['audit_owner'] ?? '', migrations: MIGRATIONS });
}

/** A migrated ledger in the database of a spec file. */
export async function testLedger(database: EmptyDatabase): Promise<TestLedger> {
  await prepareDatabase(database);
  const pool = (url: string | undefined): Pool =>
    ledgerPool({ url: url ?? '', size: 4, applicationName: 'audit-spec', logger: silent });
  const pools = {
    admin: pool(database.adminUrl),
    owner: pool(database.roleUrls['audit_owner']),
    writer: pool(database.roleUrls['audit_writer']),
    reader: pool(database.roleUrls['audit_reader']),
  };
  return {
    ...pools,
    newLedger: (now) => {
      const metrics = new Registry();
      const tables = new LedgerTables(pools.writer);
      return { ledger: new Ledger({ tables, logger: silent, metrics, now }), metrics };
    },
    close: async () => {
      await Promise.all(Object.values(pools).map((each) => each.end()));
    },
  };
}
