/**
 * Jest's global setup of the integration tests: one Kafka and one Postgres for the whole run, unless the environment
 * names a pair that runs already (see tools/stack/test-servers.mjs).
 * Jest loads this file untranslated, hence plain JavaScript on top of the build.
 */
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { testPorts } from '../../build/test-ports.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export default async function startServers() {
  if (process.env.TOLLGATE_TEST_KAFKA_BROKERS && process.env.TOLLGATE_TEST_DATABASE_URL) return;
  execFileSync(process.execPath, [join(root, 'tools/build/build.mjs')], { stdio: 'inherit' });
  process.env.TOLLGATE_FREE_PORTS = testPorts(0);
  const { startTestServers } = await import(pathToFileURL(join(root, 'libs/servers/dist/index.js')).href);
  const servers = await startTestServers();
  Object.assign(process.env, servers.environment);
  globalThis.tollgateTestServers = servers;
}
