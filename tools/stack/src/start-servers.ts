import { KAFKA_ADMIN } from '@tollgate/contracts';
import { createTopics, type KafkaConnection } from '@tollgate/messaging';
import {
  claimPort,
  type Origin,
  startKafka,
  startMailbox,
  startPostgres,
  type RunningKafka,
  type RunningMailbox,
  type RunningPostgres,
} from '@tollgate/servers';
import { type DataFolder } from './data-folder.js';
import { administratorConnection, hasUsers, makeKafkaUsers } from './kafka-access.js';
import { keepRunning, type KeptServer } from './keep-running.js';
import { PORT_SETTINGS, type StackPorts } from './ports-of-stack.js';
import { brokerMark, databaseMark } from './preparation-marks.js';
import { type ServerName } from './running-stack.js';
import { DEVELOPMENT_ISSUER, machineEnvironment, SIGN_IN_CLIENT } from './service-environment.js';
import { migrate } from './service-process.js';
import { type RunningSignIn, signInUrl, startSignIn } from './sign-in/start-sign-in.js';
import { createDatabases, DATABASE_OWNERS, type RoleUrls, roleUrls, STATEFUL } from './stack-databases.js';
import { type KeyFiles, stackSecrets } from './stack-secrets.js';
import { settled } from './settled.js';
import { type StackOptions } from './stack.js';

/** What the servers of a stack are started from. */
export interface ServersWanted {
  readonly options: StackOptions;
  readonly folder: DataFolder;
  readonly ports: StackPorts;
  readonly lanes: number;
  readonly onLine: (line: string) => void;
  /** Told of each server as soon as it runs, to stop it when the start goes wrong elsewhere. */
  readonly onStarted: (part: ServerName, server: KeptServer<RunningServer>) => void;
}

export type RunningServer = RunningKafka | RunningPostgres | RunningMailbox | RunningSignIn;

const ORIGINS = {
  given: 'as given',
  embedded: 'a process of this machine',
  container: 'a container',
} as const;
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** A line for people: a part is ready. */
export const readyLine = (part: string, where: string, since: number, remark = ''): string =>
  `${part.padEnd(9)} ready  ${where}  (${remark === '' ? '' : `${remark}, `}${seconds(since)})`;

/** Takes where a server is to be found, as soon as services may be started on it: they wait for it by themselves. */
export type OnPlaced<Place> = (place: Place) => void;

/**
 * Starts Kafka, or finds the one given, and makes sure that all users and topics exist.
 * @param onPlaced takes how its administrator reaches it: at once where they are known to exist
 */
export async function startBroker(wanted: ServersWanted, onPlaced: OnPlaced<KafkaConnection>): Promise<void> {
  const { options, folder, ports, lanes, onLine } = wanted;
  const since = performance.now();
  const port = await claimPort('Kafka', ports.kafka, PORT_SETTINGS.kafka);
  const controllerPort = await claimPort(
    "Kafka's controller",
    ports.kafkaController,
    PORT_SETTINGS.kafkaController,
  );
  const secrets = stackSecrets(folder);
  const { kafkaPasswords } = secrets;
  const prepared = brokerMark(folder, { lanes, topicPrefix: options.topicPrefix });
  const administratorOf = (brokers: readonly string[], origin: Origin) =>
    administratorConnection(
      { brokers, origin, topicPrefix: options.topicPrefix, given: options.givenKafka },
      secrets,
    );
  const kafka = await keepRunning(
    'kafka',
    () =>
      startKafka({
        dataDir: folder.kafka,
        port,
        controllerPort,
        order: options.order,
        signal: options.signal,
        accounts: { broker: kafkaPasswords['broker'] ?? '', admin: kafkaPasswords[KAFKA_ADMIN] ?? '' },
        onPlaced: (brokers) => prepared.isCurrent && onPlaced(administratorOf(brokers, 'embedded')),
      }),
    onLine,
  );
  wanted.onStarted('kafka', kafka);
  options.signal?.throwIfAborted();
  const { brokers, origin } = kafka.current();
  const administrator = administratorOf(brokers, origin);
  // Side by side: new topics take seconds, new users a part of one.
  await prepared.ensure(origin, () =>
    settled([
      hasUsers(administrator) ? makeKafkaUsers(administrator, secrets) : undefined,
      createTopics({ connection: administrator, lanes }),
    ]),
  );
  onPlaced(administrator);
  const remark = hasUsers(administrator) ? ORIGINS[origin] : `${ORIGINS[origin]}, without users`;
  onLine(readyLine('kafka', brokers.join(','), since, remark));
}

/** How each role connects to the databases, and the administrator. */
export type DatabaseUrls = RoleUrls & { readonly administrator: string };

/**
 * Starts Postgres, or finds the one given, and makes sure that all databases exist and have had their migrations.
 * @param onPlaced takes how to connect to them: at once where they are known to exist
 */
export async function startDatabaseServer(
  wanted: ServersWanted,
  onPlaced: OnPlaced<DatabaseUrls>,
): Promise<void> {
  const { options, folder, ports, onLine } = wanted;
  const since = performance.now();
  const secrets = stackSecrets(folder);
  const prepared = databaseMark(folder);
  const urlsOf = (administrator: string) => ({ ...roleUrls(administrator, secrets), administrator });
  const port = await claimPort('Postgres', ports.postgres, PORT_SETTINGS.postgres);
  const postgres = await keepRunning(
    'postgres',
    () =>
      startPostgres({
        dataDir: folder.postgres,
        port,
        order: options.order,
        onPlaced: (url) => prepared.isCurrent && onPlaced(urlsOf(url)),
      }),
    onLine,
  );
  wanted.onStarted('postgres', postgres);
  const { url, origin } = postgres.current();
  onLine(readyLine('postgres', new URL(url).host, since, ORIGINS[origin]));
  options.signal?.throwIfAborted();
  const urls = urlsOf(url);
  await prepared.ensure(origin, async () => {
    await createDatabases(url, secrets);
    const machine = machineEnvironment(options.machine ?? {});
    await settled(
      STATEFUL.map((service) =>
        migrate(service, folder, { ...machine, MIGRATION_DATABASE_URL: urls[DATABASE_OWNERS[service]] }),
      ),
    );
  });
  onPlaced(urls);
}

/**
 * Starts the mailbox, unless mail goes to a server of one's own.
 * @param onPlaced takes where mail is handed in, at once
 */
export async function startPostOffice(
  wanted: ServersWanted,
  onPlaced: OnPlaced<{ readonly smtpUrl: string }>,
): Promise<RunningMailbox | undefined> {
  const { options, folder, ports, onLine } = wanted;
  if (options.smtpUrl !== undefined) {
    onPlaced({ smtpUrl: options.smtpUrl });
    return undefined;
  }
  const since = performance.now();
  const smtpPort = await claimPort('the mailbox', ports.mailboxSmtp, PORT_SETTINGS.mailboxSmtp);
  const webPort = await claimPort("the mailbox's web page", ports.mailboxWeb, PORT_SETTINGS.mailboxWeb);
  const mailbox = await keepRunning(
    'mailbox',
    () => startMailbox({ dataDir: folder.mailbox, smtpPort, webPort, onPlaced }),
    onLine,
  );
  wanted.onStarted('mailbox', mailbox);
  onLine(readyLine('mailbox', mailbox.current().webUrl, since));
  return mailbox.current();
}

/**
 * Starts the OpenID provider, at which people sign in.
 * @param onPlaced takes its address as browsers reach it, at once
 */
export async function startProvider(
  wanted: ServersWanted,
  given: {
    readonly keys: KeyFiles;
    readonly returnUrl: string;
    readonly directoryFile: string;
    readonly contactsFile: string;
  },
  onPlaced: OnPlaced<string>,
): Promise<void> {
  const { options, folder, ports, onLine } = wanted;
  const { keys, ...others } = given;
  const since = performance.now();
  const port = await claimPort('the sign-in', ports.signIn, PORT_SETTINGS.signIn);
  onPlaced(signInUrl(port));
  const provider = await keepRunning(
    'sign-in',
    () =>
      startSignIn({
        folder,
        port,
        issuer: DEVELOPMENT_ISSUER.issuer,
        clientId: SIGN_IN_CLIENT,
        clientSecretFile: keys.signInClientSecret,
        keyFile: keys.signInKey,
        machine: options.machine ?? {},
        ...others,
      }),
    onLine,
  );
  wanted.onStarted('sign-in', provider);
  onLine(readyLine('sign-in', provider.current().url, since, 'for development: no passwords'));
}
