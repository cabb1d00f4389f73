import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { kafkaVersion } from './kafka-jars.js';
import { BROKER_SETTINGS, GUARDED_SETTINGS, jaasSettings } from './kafka-settings.js';
import { type KafkaPlace, type RunningKafka } from './kafka.js';
import { LOCAL_HOST } from './ports.js';
import { POSTGRES_SETTINGS, type PostgresPlace, type RunningPostgres } from './postgres.js';

/** The port on which the broker in a container listens for clients. */
const KAFKA_INSIDE = 9092;
/** Where the broker in a container finds who may sign in. */
const JAAS_INSIDE = '/etc/tollgate-jaas.conf';
const POSTGRES_INSIDE = 5432;
const START_MS = 180_000;

// Loaded only where a container is wanted: the library is large.
const library = () => import('testcontainers');

/** @returns why no container can be run here, or nothing when an engine answers */
export async function containerFault(): Promise<string | undefined> {
  const { getContainerRuntimeClient } = await library();
  try {
    await getContainerRuntimeClient();
    return undefined;
  } catch {
    return 'install and start a Docker engine (none answers)';
  }
}

/** The name of a broker's setting as the image takes it: `log.dirs` → `KAFKA_LOG_DIRS`. */
const asEnvironment = (setting: string) => `KAFKA_${setting.toUpperCase().replaceAll('.', '_')}`;

/** Starts the broker of the same version in a container; its data lies in the data folder of this machine. */
export async function startKafkaContainer({ dataDir, port, accounts }: KafkaPlace): Promise<RunningKafka> {
  const { GenericContainer, Wait } = await library();
  const folder = join(resolve(dataDir), 'container');
  mkdirSync(folder, { recursive: true });
  // The image runs as a user of its own, unknown to this machine.
  chmodSync(folder, 0o777);
  const settings = {
    ...BROKER_SETTINGS,
    ...(accounts === undefined ? {} : GUARDED_SETTINGS),
    listeners: `CLIENT://0.0.0.0:${KAFKA_INSIDE},CONTROLLER://127.0.0.1:9093`,
    'advertised.listeners': `CLIENT://${LOCAL_HOST}:${port}`,
    'controller.quorum.voters': '1@127.0.0.1:9093',
    'log.dirs': '/var/lib/kafka/data',
  };
  const container = await new GenericContainer(`apache/kafka:${kafkaVersion()}`)
    .withEnvironment({
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [asEnvironment(name), value])),
      ...(accounts === undefined ? {} : { KAFKA_OPTS: `-Djava.security.auth.login.config=${JAAS_INSIDE}` }),
    })
    .withCopyContentToContainer(
      accounts === undefined ? [] : [{ target: JAAS_INSIDE, content: jaasSettings(accounts), mode: 0o444 }],
    )
    .withExposedPorts({ container: KAFKA_INSIDE, host: port })
    .withBindMounts([{ source: folder, target: '/var/lib/kafka/data', mode: 'rw' }])
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(START_MS)
    .start();
  return {
    brokers: [`${LOCAL_HOST}:${port}`],
    origin: 'container',
    stop: async () => {
      await container.stop();
    },
  };
}

/** Starts Postgres in a container; its data lies in the data folder of this machine. */
export async function startPostgresContainer(place: PostgresPlace): Promise<RunningPostgres> {
  const { GenericContainer, Wait } = await library();
  const folder = join(resolve(place.dataDir), 'container');
  mkdirSync(folder, { recursive: true });
  const container = await new GenericContainer('postgres:18')
    .withEnvironment({
      POSTGRES_PASSWORD: place.password,
      POSTGRES_INITDB_ARGS: '--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8',
    })
    .withCommand([
      'postgres',
      ...Object.entries(POSTGRES_SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ])
    .withExposedPorts({ container: POSTGRES_INSIDE, host: place.port })
    .withBindMounts([{ source: folder, target: '/var/lib/postgresql', mode: 'rw' }])
    // The image starts the server once for itself to set it up, and then for good.
    .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
    .withStartupTimeout(START_MS)
    .start();
  return {
    url: place.url,
    origin: 'container',
    stop: async () => {
      await container.stop();
    },
  };
}
