import { type ServiceName } from '@tollgate/contracts';
import { type KafkaConnection } from '@tollgate/messaging';
import { LOCAL_HOST, workspaceFolder, type RunningMailbox } from '@tollgate/servers';
import { join } from 'node:path';
import { storedProducerKey, writeCredentials, type StackCredentials } from './credentials.js';
import { dataFolder, prepareDataFolder, type DataFolder } from './data-folder.js';
import { demoProducerKey } from './demo-producer.js';
import { hasUsers, kafkaCredentials } from './kafka-access.js';
import { claimServicePorts, DEFAULT_PORTS, SERVICE_NAMES } from './ports-of-stack.js';
import { migrateOnce } from './migrations-mark.js';
import { awaitSoleUse } from './running-parts.js';
import { RunningStack } from './running-stack.js';
import {
  DEVELOPMENT_ISSUER,
  machineEnvironment,
  serviceEnvironment,
  type ServiceSurroundings,
} from './service-environment.js';
import { lastLines, migrate, serviceLog, startService } from './service-process.js';
import { createDatabases, DATABASE_OWNERS, type RoleUrls, type StatefulService } from './stack-databases.js';
import { discoveryUrlOf } from './sign-in/start-sign-in.js';
import { type KeyFiles, keyFilesIn, makeKeyFiles, stackSecrets } from './stack-secrets.js';
import { settled } from './settled.js';
import { type Stack, type StackOptions } from './stack.js';
import {
  readyLine,
  startBroker,
  startDatabaseServer,
  startPostOffice,
  startProvider,
  type ServersWanted,
} from './start-servers.js';
import { superviseService } from './supervised-service.js';

const DEFAULT_LANES = 4;
/** The notifier's path at which the provider gives people back. */
const RETURN_PATH = '/sign-in/return';
const DEFAULT_SENDER = 'Tollgate <tollgate@tollgate.example>';
const STATEFUL: readonly StatefulService[] = ['intake', 'notifier', 'audit'];

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/health/ready`)).status === 200;
  } catch {
    return false;
  }
};

async function startServers(wanted: ServersWanted, signIn: Parameters<typeof startProvider>[1]) {
  const { options, folder } = wanted;
  const machine = machineEnvironment(options.machine ?? {});
  const databases = startDatabaseServer(wanted).then(async (postgres) => {
    options.signal?.throwIfAborted();
    const { url: administrator, origin } = postgres.current();
    const roles = await createDatabases(administrator, stackSecrets(folder));
    const migrateAll = () =>
      settled(
        STATEFUL.map((service) =>
          migrate(service, folder, { ...machine, MIGRATION_DATABASE_URL: roles[DATABASE_OWNERS[service]] }),
        ),
      );
    // What becomes of a database elsewhere is not known here.
    if (origin === 'given') await migrateAll();
    else await migrateOnce(folder.migrated, migrateAll);
    return { ...roles, administrator };
  });
  const broker = startBroker(wanted);
  const postOffice = startPostOffice(wanted);
  const provider = startProvider(wanted, signIn);
  await settled([databases, broker, postOffice, provider]);
  return {
    databaseUrls: await databases,
    kafkaAdmin: await broker,
    mailbox: (await postOffice)?.current(),
    signInUrl: (await provider).current().url,
  };
}

const policyFiles = () => {
  const folder = join(workspaceFolder(), 'policies');
  return {
    policyFile: join(folder, 'policy.yaml'),
    directoryFile: join(folder, 'directory.yaml'),
    contactsFile: join(folder, 'contacts.yaml'),
  };
};

/** By name: browsers give passkeys to hosts with a name only, and among those without https to localhost alone. */
const notifierUrl = (ports: Readonly<Record<ServiceName, number>>): string =>
  `http://localhost:${ports.notifier}`;

/** The settings of all services, made from where everything runs. */
function surroundings(
  { options, folder, lanes }: ServersWanted,
  ports: Readonly<Record<ServiceName, number>>,
  servers: {
    databaseUrls: RoleUrls;
    kafkaAdmin: KafkaConnection;
    mailbox?: RunningMailbox;
    signInUrl: string;
  },
  keys: KeyFiles,
): ServiceSurroundings {
  const url = (service: ServiceName) => `http://${LOCAL_HOST}:${ports[service]}`;
  return {
    ports,
    urls: {
      intake: url('intake'),
      router: url('router'),
      notifier: notifierUrl(ports),
      guardrail: url('guardrail'),
      audit: url('audit'),
    },
    brokers: servers.kafkaAdmin.brokers,
    hasKafkaUsers: hasUsers(servers.kafkaAdmin),
    kafkaTls: options.givenKafka?.tls !== undefined,
    kafkaTlsCaFile: options.givenKafka?.caFile,
    lanes,
    topicPrefix: options.topicPrefix,
    databaseUrls: servers.databaseUrls,
    smtpUrl: options.smtpUrl ?? servers.mailbox?.smtpUrl ?? '',
    mailFrom: options.mailFrom ?? DEFAULT_SENDER,
    discoveryUrl: discoveryUrlOf(servers.signInUrl),
    ...policyFiles(),
    keys,
    secrets: stackSecrets(folder),
    logLevel: options.logLevel ?? 'info',
  };
}

async function startServices(
  wanted: ServersWanted,
  running: RunningStack,
  given: ServiceSurroundings,
): Promise<void> {
  const { options, folder, onLine } = wanted;
  const machine = machineEnvironment(options.machine ?? {});
  const startOne = async (service: ServiceName) => {
    const since = performance.now();
    const environment = {
      ...machine,
      ...serviceEnvironment(service, given),
      ...options.environment?.[service],
    };
    const supervised = await superviseService({
      name: service,
      start: () => startService(service, folder, environment, options.nodeFlags),
      onStarted: () => running.note(),
      isReady: () => isReady(given.urls[service]),
      lastWords: () => lastLines(serviceLog(folder, service)),
      onLine,
    });
    running.services.set(service, supervised);
    running.note();
    await supervised.ready();
    onLine(readyLine(service, given.urls[service], since));
  };
  const giveUp = () => void running.stopServices();
  options.signal?.addEventListener('abort', giveUp);
  try {
    await settled(SERVICE_NAMES.map(startOne));
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

async function credentialsOf(
  folder: DataFolder,
  given: ServiceSurroundings,
  {
    mailbox,
    signInUrl,
    kafkaAdmin,
  }: {
    readonly mailbox?: RunningMailbox;
    readonly signInUrl: string;
    readonly kafkaAdmin: KafkaConnection;
  },
): Promise<StackCredentials> {
  const { operatorKey, ledgerReaderKey } = given.secrets;
  const credentials: StackCredentials = {
    intakeUrl: given.urls.intake,
    notifierUrl: given.urls.notifier,
    auditUrl: given.urls.audit,
    routerUrl: given.urls.router,
    guardrailUrl: given.urls.guardrail,
    mailboxUrl: mailbox?.webUrl,
    signInUrl: signInUrl,
    brokers: given.brokers,
    lanes: given.lanes,
    topicPrefix: given.topicPrefix,
    ...kafkaCredentials(kafkaAdmin, given.secrets, given.kafkaTlsCaFile),
    producerKey: await demoProducerKey(given.urls.intake, operatorKey, storedProducerKey(folder.credentials)),
    operatorKey,
    ledgerReaderKey,
    developmentIssuer: { ...DEVELOPMENT_ISSUER, privateKeyFile: given.keys.developmentIssuerKey },
  };
  writeCredentials(folder.credentials, credentials);
  return credentials;
}

async function bringUp(options: StackOptions, folder: DataFolder, running: RunningStack): Promise<Stack> {
  const ports = { ...DEFAULT_PORTS, ...options.ports };
  const servicePorts = await claimServicePorts(ports);
  const wanted: ServersWanted = {
    options,
    folder,
    ports,
    lanes: options.lanes ?? DEFAULT_LANES,
    onLine: options.onLine ?? (() => undefined),
    onStarted: (part, server) => {
      running.servers.set(part, server);
      running.note();
    },
  };
  const keys = keyFilesIn(folder);
  makeKeyFiles(keys, stackSecrets(folder));
  const { directoryFile, contactsFile } = policyFiles();
  const returnUrl = `${notifierUrl(servicePorts)}${RETURN_PATH}`;
  const servers = await startServers(wanted, { keys, returnUrl, directoryFile, contactsFile });
  options.signal?.throwIfAborted();
  const given = surroundings(wanted, servicePorts, servers, keys);
  await startServices(wanted, running, given);
  options.signal?.throwIfAborted();
  const credentials = await credentialsOf(folder, given, servers);
  const { mailbox } = servers;
  return {
    dataDir: folder.root,
    urls: given.urls,
    mailbox: mailbox && { webUrl: mailbox.webUrl, apiUrl: mailbox.apiUrl },
    signInUrl: servers.signInUrl,
    brokers: given.brokers,
    kafkaAdmin: servers.kafkaAdmin,
    lanes: given.lanes,
    topicPrefix: given.topicPrefix,
    databaseUrls: servers.databaseUrls,
    credentials,
    pid: (part) => running.pid(part),
    ready: (service) => running.service(service).ready(),
    kill: (service, signal) => running.service(service).kill(signal),
    restart: (service) => running.service(service).restart(),
    killBroker: () => running.server('kafka').hold(),
    startBroker: () => running.server('kafka').resume(),
    killSignIn: () => running.server('sign-in').hold(),
    startSignIn: () => running.server('sign-in').resume(),
    killEverything: () => running.kill(),
    stop: () => running.stop(),
  };
}

/**
 * Brings the whole system up: broker and database side by side, then topics and migrations, then the five services,
 * each a process of its own that is started again whenever it dies. Returns when all of them take requests. However
 * this process ends, the parts end with it.
 *
 * @throws PortInUseError when another program listens on a port; it names the setting that chooses another
 * @throws NoServerError when there is no way to run a broker or a database here; it says what to install
 * @throws StackRunningError when another stack runs on the data folder
 * @throws ServiceNotReadyError when a service does not come up, with its last words
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const folder = dataFolder(options.dataDir);
  await awaitSoleUse(folder, options.onLine ?? (() => undefined));
  prepareDataFolder(folder, options.fresh ?? false);
  const running = new RunningStack(folder);
  running.note();
  try {
    return await bringUp(options, folder, running);
  } catch (error) {
    await running.stop();
    throw error;
  }
}
