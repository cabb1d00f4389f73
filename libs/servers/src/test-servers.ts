import { randomBytes } from 'node:crypto';
import { createDatabase, databaseUrl, dropDatabase } from './create-database.js';
import { testBrokersSetting, testDatabaseSetting } from './servers.config.js';

/** A database that belongs to one spec file. */
export interface TestDatabase {
  /** Connects as the database's owner, who is no superuser: what migrations run as. */
  readonly url: string;
  /** Connects to the same database as an administrator. */
  readonly adminUrl: string;
  /** Connects as each of the roles asked for, by its name. */
  readonly roleUrls: Readonly<Record<string, string>>;
  /** Removes the database and ends the connections that are left. */
  drop(): Promise<void>;
}

const random = () => randomBytes(4).toString('hex');
// Nothing but tests runs on these servers, and they listen on this machine only.
const TEST_PASSWORD = 'test';

/** @returns the brokers of this test run, as `host:port` */
export function testBrokers(): string[] {
  return testBrokersSetting().split(',');
}

/**
 * Makes an empty database for one spec file.
 *
 * @param name what it is for, in lower case letters, digits and underscores; a random part is added to it
 * @param roles names of the roles that the migrations grant privileges to; they exist for the whole server
 */
export async function createTestDatabase(name: string, roles: readonly string[] = []): Promise<TestDatabase> {
  const server = testDatabaseSetting();
  const database = `test_${name}_${random()}`;
  const owner = { name: 'test_owner', password: TEST_PASSWORD };
  const urls = await createDatabase(server, {
    database,
    owner,
    roles: roles.map((role) => ({ name: role, password: TEST_PASSWORD })),
  });
  const { [owner.name]: url, ...roleUrls } = urls;
  return {
    url: url ?? databaseUrl(server, database, owner),
    adminUrl: databaseUrl(server, database),
    roleUrls,
    drop: () => dropDatabase(server, database),
  };
}

/** @returns a prefix for the names of topics and consumer groups that no other spec file has, as in `t1f0c22ab.` */
export function uniqueTopicPrefix(): string {
  return `t${random()}.`;
}
