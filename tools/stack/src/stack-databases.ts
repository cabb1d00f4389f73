import { createDatabase, type DatabaseRole, databaseUrl } from '@tollgate/servers';
import { type DatabaseRoleName, type StackSecrets } from './stack-secrets.js';

/** The services with a database, each its own. */
export type StatefulService = 'intake' | 'notifier' | 'audit';

/** For each database role, the URL with which it connects. */
export type RoleUrls = Readonly<Record<DatabaseRoleName, string>>;

/** Which role owns each database, and so runs its migrations. */
export const DATABASE_OWNERS: Readonly<Record<StatefulService, DatabaseRoleName>> = {
  intake: 'intake_owner',
  notifier: 'notifier_owner',
  audit: 'audit_owner',
};

const SERVICE_ROLES: Readonly<Record<StatefulService, readonly DatabaseRoleName[]>> = {
  intake: ['intake'],
  notifier: ['notifier'],
  audit: ['audit_writer', 'audit_reader'],
};

/** The services with a database of their own. */
export const STATEFUL: readonly StatefulService[] = ['intake', 'notifier', 'audit'];

const databaseOf = (service: StatefulService) => `tollgate_${service}`;

function roleOf(name: DatabaseRoleName, secrets: StackSecrets): DatabaseRole {
  const password = secrets.databasePasswords[name];
  if (password === undefined)
    throw new Error(`The secrets of this stack hold no password for ${name}; begin anew with --fresh.`);
  return { name, password };
}

/**
 * How each role connects, once {@link createDatabases} has made it.
 *
 * @param adminUrl how an administrator of the server connects
 */
export function roleUrls(adminUrl: string, secrets: StackSecrets): RoleUrls {
  const url = (service: StatefulService, name: DatabaseRoleName) =>
    databaseUrl(adminUrl, databaseOf(service), roleOf(name, secrets));
  return {
    intake_owner: url('intake', 'intake_owner'),
    intake: url('intake', 'intake'),
    notifier_owner: url('notifier', 'notifier_owner'),
    notifier: url('notifier', 'notifier'),
    audit_owner: url('audit', 'audit_owner'),
    audit_writer: url('audit', 'audit_writer'),
    audit_reader: url('audit', 'audit_reader'),
  };
}

/**
 * Makes sure that the three databases and their roles exist.
 *
 * @param adminUrl how an administrator of the server connects
 */
export async function createDatabases(adminUrl: string, secrets: StackSecrets): Promise<void> {
  const create = (service: StatefulService) =>
    createDatabase(adminUrl, {
      database: databaseOf(service),
      owner: roleOf(DATABASE_OWNERS[service], secrets),
      roles: SERVICE_ROLES[service].map((name) => roleOf(name, secrets)),
    });
  await Promise.all(STATEFUL.map(create));
}
