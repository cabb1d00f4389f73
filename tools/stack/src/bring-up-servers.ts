import { join } from 'node:path';
import { type ServiceName } from '@tollgate/contracts';
import { type KafkaConnection } from '@tollgate/messaging';
import { type RunningMailbox, workspaceFolder } from '@tollgate/servers';
import { type DataFolder } from './data-folder.js';
import { claimServicePorts, DEFAULT_PORTS } from './ports-of-stack.js';
import { type RunningStack } from './running-stack.js';
import { keyFilesIn, makeKeyFiles, stackSecrets } from './stack-secrets.js';
import { settled } from './settled.js';
import { type StackOptions } from './stack.js';
import {
  type DatabaseUrls,
  startBroker,
  startDatabaseServer,
  startPostOffice,
  startProvider,
  type ServersWanted,
} from './start-servers.js';

const DEFAULT_LANES = 4;
/** The notifier's path at which the provider gives people back. */
const RETURN_PATH = '/sign-in/return';

/** Where the servers of a stack are found. */
export interface ServerPlaces {
  readonly kafkaAdmin: KafkaConnection;
  readonly databaseUrls: DatabaseUrls;
  readonly smtpUrl: string;
  readonly signInUrl: string;
}

/** The servers of a stack on their way. */
export interface StartingServers {
  /** Settles as soon as services may be started: they wait by themselves for what does not answer yet. */
  readonly places: Promise<ServerPlaces>;
  /** Settles when all of them are ready, or all have come to an end after one failed; the mailbox, where there is one. */
  readonly ready: Promise<{ readonly mailbox?: RunningMailbox }>;
}

/** Starts everything that the services stand on, side by side. */
function startServers(wanted: ServersWanted, signIn: Parameters<typeof startProvider>[1]): StartingServers {
  const broker = Promise.withResolvers<KafkaConnection>();
  const databases = Promise.withResolvers<DatabaseUrls>();
  const mail = Promise.withResolvers<{ readonly smtpUrl: string }>();
  const provider = Promise.withResolvers<string>();
  const postOffice = startPostOffice(wanted, mail.resolve);
  const ready = settled([
    startDatabaseServer(wanted, databases.resolve),
    startBroker(wanted, broker.resolve),
    postOffice,
    startProvider(wanted, signIn, provider.resolve),
  ]).then(async () => ({ mailbox: await postOffice }));
  const places = Promise.all([broker.promise, databases.promise, mail.promise, provider.promise]).then(
    ([kafkaAdmin, databaseUrls, { smtpUrl }, signInUrl]) => ({
      kafkaAdmin,
      databaseUrls,
      smtpUrl,
      signInUrl,
    }),
  );
  // A server that failed never says where it is.
  const known = Promise.race([places, ready.then(() => places)]);
  known.catch(() => undefined);
  return { places: known, ready };
}

/** The policy, the directory and the contacts that a stack begins with. */
export const policyFiles = () => {
  const folder = join(workspaceFolder(), 'policies');
  return {
    policyFile: join(folder, 'policy.yaml'),
    directoryFile: join(folder, 'directory.yaml'),
    contactsFile: join(folder, 'contacts.yaml'),
  };
};

/** By name: browsers give passkeys to hosts with a name only, and among those without https to localhost alone. */
export const notifierUrl = (ports: Readonly<Record<ServiceName, number>>): string =>
  `http://localhost:${ports.notifier}`;

/** Begins to start everything that the services stand on, with users, topics and tables. */
export async function bringUpServers(options: StackOptions, folder: DataFolder, running: RunningStack) {
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
  const servers = startServers(wanted, { keys, returnUrl, directoryFile, contactsFile });
  return { wanted, servicePorts, servers, keys };
}
