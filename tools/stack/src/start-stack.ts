import { type ServiceName } from '@tollgate/contracts';
import { LOCAL_HOST, type RunningMailbox } from '@tollgate/servers';
import { bringUpServers, notifierUrl, policyFiles, type ServerPlaces } from './bring-up-servers.js';
import { storedProducerKey, writeCredentials, type StackCredentials } from './credentials.js';
import { dataFolder, prepareDataFolder, type DataFolder } from './data-folder.js';
import { demoProducerKey } from './demo-producer.js';
import { hasUsers, kafkaCredentials } from './kafka-access.js';
import { SERVICE_NAMES } from './ports-of-stack.js';
import { awaitSoleUse } from './running-parts.js';
import { forgetPreparations } from './preparation-marks.js';
import { RunningStack } from './running-stack.js';
import {
  DEVELOPMENT_ISSUER,
  machineEnvironment,
  serviceEnvironment,
  type ServiceSurroundings,
} from './service-environment.js';
import { lastLines, serviceLog, startService } from './service-process.js';
import { discoveryUrlOf } from './sign-in/start-sign-in.js';
import { type KeyFiles, stackSecrets } from './stack-secrets.js';
import { settled } from './settled.js';
import { type Stack, type StackOptions } from './stack.js';
import { readyLine, type ServersWanted } from './start-servers.js';
import { superviseService } from './supervised-service.js';

const DEFAULT_SENDER = 'Tollgate <tollgate@tollgate.example>';

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/health/ready`)).status === 200;
  } catch {
    return false;
  }
};

/** The settings of all services, made from where everything runs. */
function surroundings(
  { options, folder, lanes }: ServersWanted,
  ports: Readonly<Record<ServiceName, number>>,
  servers: ServerPlaces,
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
    smtpUrl: servers.smtpUrl,
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
  { signInUrl, kafkaAdmin }: ServerPlaces,
  mailbox: RunningMailbox | undefined,
): Promise<StackCredentials> {
  const { operatorKey, ledgerReaderKey } = given.secrets;
  const credentials: StackCredentials = {
    intakeUrl: given.urls.intake,
    notifierUrl: given.urls.notifier,
    auditUrl: given.urls.audit,
    routerUrl: given.urls.router,
    guardrailUrl: given.urls.guardrail,
    mailboxUrl: mailbox?.webUrl,
    signInUrl,
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
  const { wanted, servicePorts, servers, keys } = await bringUpServers(options, folder, running);
  // Services that wait for a server which did not start would wait in vain.
  servers.ready.catch(() => running.stopServices());
  const started = servers.places.then(async (places) => {
    options.signal?.throwIfAborted();
    const given = surroundings(wanted, servicePorts, places, keys);
    await startServices(wanted, running, given);
    return { places, given };
  });
  await settled([servers.ready, started]);
  options.signal?.throwIfAborted();
  const { places, given } = await started;
  const { mailbox } = await servers.ready;
  const credentials = await credentialsOf(folder, given, places, mailbox);
  return {
    dataDir: folder.root,
    urls: given.urls,
    mailbox: mailbox && { webUrl: mailbox.webUrl, apiUrl: mailbox.apiUrl },
    signInUrl: places.signInUrl,
    brokers: given.brokers,
    kafkaAdmin: places.kafkaAdmin,
    lanes: given.lanes,
    topicPrefix: given.topicPrefix,
    databaseUrls: places.databaseUrls,
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
  const running = await claimFolder(options);
  try {
    return await bringUp(options, running.folder, running);
  } catch (error) {
    await running.stop();
    // What went wrong may be that something is no longer as it was prepared.
    forgetPreparations(running.folder);
    throw error;
  }
}

/**
 * Makes the data of a new system and leaves it at rest: broker and database are started, given their users, topics and
 * tables, and stopped. What is started on that folder, or on a copy of it, is a system in which nothing has happened yet.
 */
export async function prepareStack(options: StackOptions): Promise<void> {
  const running = await claimFolder(options);
  try {
    const { servers } = await bringUpServers(options, running.folder, running);
    await servers.ready;
  } finally {
    await running.stop();
  }
}

/** Takes a data folder for oneself. */
async function claimFolder(options: StackOptions): Promise<RunningStack> {
  const folder = dataFolder(options.dataDir);
  await awaitSoleUse(folder, options.onLine ?? (() => undefined));
  prepareDataFolder(folder, options.fresh ?? false);
  const running = new RunningStack(folder);
  running.note();
  return running;
}
