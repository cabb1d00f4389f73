import { KAFKA_ADMIN } from '@tollgate/contracts';
import { createTopics, type KafkaConnection } from '@tollgate/messaging';
import {
  claimPort,
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
import { type ServerName } from './running-stack.js';
import { DEVELOPMENT_ISSUER, SIGN_IN_CLIENT } from './service-environment.js';
import { type RunningSignIn, startSignIn } from './sign-in/start-sign-in.js';
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

/**
 * Starts Kafka, or finds the one given, and makes sure that all users and topics exist.
 * @returns how its administrator reaches it
 */
export async function startBroker(wanted: ServersWanted): Promise<KafkaConnection> {
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
      }),
    onLine,
  );
  wanted.onStarted('kafka', kafka);
  options.signal?.throwIfAborted();
  const { brokers, origin } = kafka.current();
  const administrator = administratorConnection(
    { brokers, origin, topicPrefix: options.topicPrefix, given: options.givenKafka },
    secrets,
  );
  // Side by side: new topics take seconds, new users a part of one.
  await settled([
    hasUsers(administrator) ? makeKafkaUsers(administrator, secrets) : undefined,
    createTopics({ connection: administrator, lanes }),
  ]);
  const remark = hasUsers(administrator) ? ORIGINS[origin] : `${ORIGINS[origin]}, without users`;
  onLine(readyLine('kafka', brokers.join(','), since, remark));
  return administrator;
}

/** Starts Postgres, or finds the one given. */
export async function startDatabaseServer(wanted: ServersWanted): Promise<KeptServer<RunningPostgres>> {
  const { options, folder, ports, onLine } = wanted;
  const since = performance.now();
  const port = await claimPort('Postgres', ports.postgres, PORT_SETTINGS.postgres);
  const postgres = await keepRunning(
    'postgres',
    () => startPostgres({ dataDir: folder.postgres, port, order: options.order }),
    onLine,
  );
  wanted.onStarted('postgres', postgres);
  const { url, origin } = postgres.current();
  onLine(readyLine('postgres', new URL(url).host, since, ORIGINS[origin]));
  return postgres;
}

/** Starts the mailbox, unless mail goes to a server of one's own. */
export async function startPostOffice(
  wanted: ServersWanted,
): Promise<KeptServer<RunningMailbox> | undefined> {
  const { options, folder, ports, onLine } = wanted;
  if (options.smtpUrl !== undefined) return undefined;
  const since = performance.now();
  const smtpPort = await claimPort('the mailbox', ports.mailboxSmtp, PORT_SETTINGS.mailboxSmtp);
  const webPort = await claimPort("the mailbox's web page", ports.mailboxWeb, PORT_SETTINGS.mailboxWeb);
  const mailbox = await keepRunning(
    'mailbox',
    () => startMailbox({ dataDir: folder.mailbox, smtpPort, webPort }),
    onLine,
  );
  wanted.onStarted('mailbox', mailbox);
  onLine(readyLine('mailbox', mailbox.current().webUrl, since));
  return mailbox;
}

/** Starts the OpenID provider, at which people sign in. */
export async function startProvider(
  wanted: ServersWanted,
  given: {
    readonly keys: KeyFiles;
    readonly returnUrl: string;
    readonly directoryFile: string;
    readonly contactsFile: string;
  },
): Promise<KeptServer<RunningSignIn>> {
  const { options, folder, ports, onLine } = wanted;
  const { keys, ...others } = given;
  const since = performance.now();
  const port = await claimPort('the sign-in', ports.signIn, PORT_SETTINGS.signIn);
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
  return provider;
}
