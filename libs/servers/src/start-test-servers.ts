import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from './kafka.js';
import { TEST_ORDER } from './origin.js';
import { startPostgres } from './postgres.js';

/** A broker and a database for tests. */
export interface TestServers {
  /** What the tests read: TOLLGATE_TEST_KAFKA_BROKERS and TOLLGATE_TEST_DATABASE_URL. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Where the servers for tests lie and listen; all of it is optional. */
export interface TestServersOptions {
  /** Default: a new folder of its own, which goes with the servers. */
  readonly dataDir?: string;
  readonly kafkaPort?: number;
  readonly postgresPort?: number;
}

/** Starts a broker and a database side by side, on free ports unless told otherwise, without earlier data. */
export async function startTestServers(options: TestServersOptions = {}): Promise<TestServers> {
  const folder = options.dataDir ?? mkdtempSync(join(tmpdir(), 'tollgate-test-'));
  // Where tests run as root, Postgres runs as a user of its own and must reach its folder.
  if (options.dataDir === undefined) chmodSync(folder, 0o755);
  const started = await Promise.allSettled([
    startKafka({
      dataDir: join(folder, 'kafka'),
      port: options.kafkaPort ?? 0,
      controllerPort: 0,
      fresh: true,
      order: TEST_ORDER,
    }),
    startPostgres({
      dataDir: join(folder, 'postgres'),
      port: options.postgresPort ?? 0,
      fresh: true,
      order: TEST_ORDER,
    }),
  ]);
  const stop = async () => {
    await Promise.all(
      started.map((server) => (server.status === 'fulfilled' ? server.value.stop() : undefined)),
    );
    if (options.dataDir === undefined) rmSync(folder, { recursive: true, force: true });
  };
  const [kafka, postgres] = started;
  if (kafka.status === 'rejected' || postgres.status === 'rejected') {
    await stop();
    throw kafka.status === 'rejected'
      ? kafka.reason
      : postgres.status === 'rejected'
        ? postgres.reason
        : undefined;
  }
  return {
    environment: {
      TOLLGATE_TEST_KAFKA_BROKERS: kafka.value.brokers.join(','),
      TOLLGATE_TEST_DATABASE_URL: postgres.value.url,
    },
    stop,
  };
}
