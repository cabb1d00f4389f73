/**
 * Runs a Kafka and a Postgres for the integration tests in the foreground, and prints the two settings that make
 * Jest use them, so that one run after the other need not wait for servers:
 *
 *   node tools/stack/test-servers.mjs [--data FOLDER] [--kafka-port N] [--postgres-port N]
 */
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    'kafka-port': { type: 'string' },
    'postgres-port': { type: 'string' },
  },
});
execFileSync(process.execPath, [join(root, 'tools/build/build.mjs')], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const { startTestServers } = await import(pathToFileURL(join(root, 'libs/servers/dist/index.js')).href);
const port = (value) => (value === undefined ? undefined : Number(value));
const servers = await startTestServers({
  dataDir: values.data,
  kafkaPort: port(values['kafka-port']),
  postgresPort: port(values['postgres-port']),
});
for (const [name, value] of Object.entries(servers.environment)) console.log(`export ${name}='${value}'`);

const idle = setInterval(() => undefined, 2 ** 30);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await servers.stop();
    clearInterval(idle);
  });
}
