import { join } from 'node:path';
import { type ServiceName } from '@tollgate/contracts';
import { workspaceFolder } from '@tollgate/servers';
import { type DataFolder } from './data-folder.js';
import { migrateOnce } from './migrations-mark.js';
import { claimServicePorts, DEFAULT_PORTS } from './ports-of-stack.js';
import { type RunningStack } from './running-stack.js';
import { machineEnvironment } from './service-environment.js';
import { migrate } from './service-process.js';
import { createDatabases, DATABASE_OWNERS, type StatefulService } from './stack-databases.js';
import { keyFilesIn, makeKeyFiles, stackSecrets } from './stack-secrets.js';
import { settled } from './settled.js';
import { type StackOptions } from './stack.js';
import {
  startBroker,
  startDatabaseServer,
  startPostOffice,
  startProvider,
  type ServersWanted,
} from './start-servers.js';

const DEFAULT_LANES = 4;
/** The notifier's path at which the provider gives people back. */
const RETURN_PATH = '/sign-in/return';
const STATEFUL: readonly StatefulService[] = ['intake', 'notifier', 'audit'];

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

/** Starts everything that the services stand on, with users, topics and tables. */
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
  const servers = await startServers(wanted, { keys, returnUrl, directoryFile, contactsFile });
  return { wanted, servicePorts, servers, keys };
}
