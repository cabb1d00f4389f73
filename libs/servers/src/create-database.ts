import { Client, escapeIdentifier, escapeLiteral } from 'pg';

/** A database role and the password with which it signs in. */
export interface DatabaseRole {
  readonly name: string;
  readonly password: string;
}

/** A database, the role that owns it and runs its migrations, and the roles that may connect to it. */
export interface DatabaseWanted {
  readonly database: string;
  readonly owner: DatabaseRole;
  readonly roles?: readonly DatabaseRole[];
}

/** Databases are made one at a time: two that make the same role at once would collide. */
const CREATION_LOCK = 7_240_111;

/** @returns the URL with another database, and with the role's name and password where a role is given */
export function databaseUrl(url: string, database: string, role?: DatabaseRole): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(database)}`;
  if (role !== undefined) {
    changed.username = encodeURIComponent(role.name);
    changed.password = encodeURIComponent(role.password);
  }
  return changed.toString();
}

async function ensureRole(client: Client, { name, password }: DatabaseRole): Promise<void> {
  const role = escapeIdentifier(name);
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  const verb = rowCount === 0 ? 'CREATE' : 'ALTER';
  await client.query(
    `${verb} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD ${escapeLiteral(password)}`,
  );
}

/**
 * Makes sure that a database exists with its owner and the roles that may connect to it. What exists is kept; the
 * passwords of the roles are set to those given. Privileges on tables are the business of the migrations.
 *
 * @param adminUrl how an administrator connects, who may create databases and roles
 * @returns for the owner and each role by its name, the URL with which it connects to the database
 */
export async function createDatabase(
  adminUrl: string,
  { database, owner, roles = [] }: DatabaseWanted,
): Promise<Record<string, string>> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [CREATION_LOCK]);
    for (const role of [owner, ...roles]) await ensureRole(client, role);
    const name = escapeIdentifier(database);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) {
      // An administrator that is no superuser may give a database only to a role it is a member of.
      await client.query(`GRANT ${escapeIdentifier(owner.name)} TO CURRENT_USER`);
      await client.query(`CREATE DATABASE ${name} OWNER ${escapeIdentifier(owner.name)}`);
    }
    await client.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    for (const role of roles) {
      await client.query(`GRANT CONNECT ON DATABASE ${name} TO ${escapeIdentifier(role.name)}`);
    }
  } finally {
    await client.end();
  }
  return Object.fromEntries(
    [owner, ...roles].map((role) => [role.name, databaseUrl(adminUrl, database, role)]),
  );
}

/**
 * Removes a database with all that is in it, and ends the connections to it.
 *
 * @param adminUrl how an administrator connects
 */
export async function dropDatabase(adminUrl: string, database: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(database)} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}
