import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the whole workspace: the one with the pom.xml of the local broker. */
export function workspaceFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'pom.xml'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The workspace folder with pom.xml was not found.');
    folder = parent;
  }
  return folder;
}

/** The brokers that the environment gives (KAFKA_BROKERS), or nothing. */
export function givenBrokers(): string[] | undefined {
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',').map((broker) => broker.trim());
  const named = brokers.filter((broker) => broker !== '');
  return named.length > 0 ? named : undefined;
}

/** The Postgres that the environment gives (DATABASE_URL), or nothing. */
export function givenDatabaseUrl(): string | undefined {
  const url = process.env['DATABASE_URL']?.trim();
  return url === '' ? undefined : url;
}

// Below the range from which systems take the ports of outgoing connections: otherwise such a connection could hold
// a server's port just when the server is restarted.
const FREE_PORTS = '15000-32000';

/**
 * The ports among which free ones are looked for (TOLLGATE_FREE_PORTS, as in `15000-17000`, the end excluded). Processes
 * that start servers side by side are given ranges of their own: a port is taken only once its server listens.
 * @throws Error when it is no such range
 */
export function freePortRange(): { readonly from: number; readonly to: number } {
  const setting = process.env['TOLLGATE_FREE_PORTS'] ?? FREE_PORTS;
  const [, from, to] = /^(\d{1,5})-(\d{1,5})$/.exec(setting) ?? [];
  if (from === undefined || to === undefined || Number(from) >= Number(to))
    throw new Error(`TOLLGATE_FREE_PORTS is ${setting}; it is two ports, as in ${FREE_PORTS}.`);
  return { from: Number(from), to: Number(to) };
}

const NO_TEST_SERVERS =
  'Integration tests get their servers from the Jest project "int": run them with `npm run test:int`.';

/** @throws Error outside of a run of the integration tests */
export function testBrokersSetting(): string {
  const brokers = process.env['TOLLGATE_TEST_KAFKA_BROKERS'];
  if (brokers === undefined) throw new Error(NO_TEST_SERVERS);
  return brokers;
}

/** @throws Error outside of a run of the integration tests */
export function testDatabaseSetting(): string {
  const url = process.env['TOLLGATE_TEST_DATABASE_URL'];
  if (url === undefined) throw new Error(NO_TEST_SERVERS);
  return url;
}
