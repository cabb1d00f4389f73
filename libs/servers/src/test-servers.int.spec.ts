import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createDatabase } from './create-database.js';
import { createTestDatabase, testBrokers, uniqueTopicPrefix, type TestDatabase } from './test-servers.js';
import { testDatabaseSetting } from './servers.config.js';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('the database of a spec file', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase('servers', ['servers_reader']);
  });
  afterAll(() => database.drop());

  it('is owned by a role that is no superuser', async () => {
    const rows = await query(
      database.url,
      `SELECT r.rolsuper, d.datdba = r.oid AS owner FROM pg_roles r, pg_database d
       WHERE r.rolname = current_user AND d.datname = current_database()`,
    );
    expect(rows).toEqual([{ rolsuper: false, owner: true }]);
  });

  it('is as durable and as international as in production', async () => {
    const rows = await query(
      database.url,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
              current_setting('server_encoding') AS encoding, current_setting('timezone') AS zone`,
    );
    expect(rows).toEqual([{ fsync: 'on', commit: 'on', encoding: 'UTF8', zone: 'UTC' }]);
  });

  it('lets a role in that was asked for, without giving it anything', async () => {
    await query(database.url, 'CREATE TABLE secret (id int)');
    await expect(query(database.roleUrls['servers_reader'] ?? '', 'SELECT 1 AS one')).resolves.toEqual([
      { one: 1 },
    ]);
    await expect(query(database.roleUrls['servers_reader'] ?? '', 'SELECT * FROM secret')).rejects.toThrow(
      'permission denied',
    );
  });

  it('does not let in other roles', async () => {
    const other = await createTestDatabase('servers_other', ['servers_stranger']);
    try {
      const stranger = new URL(other.roleUrls['servers_stranger'] ?? '');
      stranger.pathname = new URL(database.url).pathname;
      await expect(query(stranger.toString(), 'SELECT 1')).rejects.toThrow('permission denied for database');
    } finally {
      await other.drop();
    }
  });

  it('demands the password', async () => {
    const wrong = new URL(database.url);
    wrong.password = 'wrong';
    await expect(query(wrong.toString(), 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('can be made again, which keeps its tables and changes the passwords', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await query(database.url, 'CREATE TABLE kept AS SELECT 7 AS seven');
    const owner = { name: 'test_owner', password: 'test' };
    const roles = [{ name: 'servers_reader', password: 'another' }];
    const urls = await createDatabase(testDatabaseSetting(), { database: name, owner, roles });
    await expect(query(urls['test_owner'] ?? '', 'SELECT * FROM kept')).resolves.toEqual([{ seven: 7 }]);
    await expect(query(urls['servers_reader'] ?? '', 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await expect(query(database.roleUrls['servers_reader'] ?? '', 'SELECT 1')).rejects.toThrow('password');
  });

  it('can be made by several at once', async () => {
    const made = await Promise.all(
      [1, 2, 3, 4].map(() => createTestDatabase('servers_race', ['servers_racer'])),
    );
    expect(new Set(made.map(({ url }) => url)).size).toBe(4);
    await Promise.all(made.map((one) => one.drop()));
  });

  it('is gone after a drop, with the connections that were left', async () => {
    const dropped = await createTestDatabase('servers_drop');
    const left = new Client({ connectionString: dropped.url });
    const ended = new Promise((resolve) => left.on('error', resolve));
    await left.connect();
    await dropped.drop();
    await ended;
    await expect(query(dropped.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });
});

describe('the brokers of a spec file', () => {
  it('are named by host and port', () => {
    for (const broker of testBrokers()) expect(broker).toMatch(/^[^:]+:\d+$/);
  });

  it('are shared under prefixes that differ', () => {
    const prefixes = Array.from({ length: 100 }, uniqueTopicPrefix);
    expect(new Set(prefixes).size).toBe(100);
    for (const prefix of prefixes) expect(prefix).toMatch(/^[a-z][a-z0-9]+\.$/);
  });
});
