export {
  createDatabase,
  databaseUrl,
  dropDatabase,
  type DatabaseRole,
  type DatabaseWanted,
} from './create-database.js';
export { startKafka, type KafkaOptions, type RunningKafka } from './kafka.js';
export { BROKER_SETTINGS, type BrokerAccounts, GUARDED_SETTINGS, jaasSettings } from './kafka-settings.js';
export { startMailbox, type MailboxOptions, type RunningMailbox } from './mailbox.js';
export { NoServerError, START_ORDER, TEST_ORDER, type Origin } from './origin.js';
export { claimPort, freePort, LOCAL_HOST, PortInUseError } from './ports.js';
export { POSTGRES_SETTINGS, startPostgres, type PostgresOptions, type RunningPostgres } from './postgres.js';
export {
  HELPER_NICENESS,
  startServerProcess,
  type ProcessEnd,
  type ServerCommand,
  type ServerProcess,
} from './server-process.js';
export { workspaceFolder } from './servers.config.js';
export { startTestServers, type TestServers, type TestServersOptions } from './start-test-servers.js';
export { createTestDatabase, testBrokers, uniqueTopicPrefix, type TestDatabase } from './test-servers.js';
export { waitUntil } from './wait-until.js';
export { type Pickable } from './sign-in/pick-page.js';
export {
  startSignInProvider,
  type SignInProvider,
  type SignInProviderOptions,
} from './sign-in/sign-in-provider.js';
export { PlainBrowser, type PlainPage } from './sign-in/plain-browser.js';
export { type SyntheticSecret, syntheticSecrets } from './synthetic-secrets.js';
export { harmlessLookAlikes, type LookAlike } from './harmless-look-alikes.js';
export { type ArrivedMessage, type HookAnswer, HookReceiver } from './hook-receiver.js';
export { backUpTables } from './back-up-tables.js';
export { hasBrowser, OpenTab, RealBrowser } from './real-browser.js';
