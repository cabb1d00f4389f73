/**
 * The jobs that run once before and behind the services where every part runs in a container (docker-compose.yml):
 * `secrets`, `databases`, `topics`, `demo`. Each may run again, and then finds its work done.
 */
import { createTopics } from '@tollgate/messaging';
import { storedProducerKey, writeCredentials } from '../credentials.js';
import { demoProducerKey } from '../demo-producer.js';
import { administratorConnection, kafkaCredentials, makeKafkaUsers } from '../kafka-access.js';
import { DEVELOPMENT_ISSUER } from '../service-environment.js';
import { createDatabases } from '../stack-databases.js';
import { type StackSecrets, stackSecrets } from '../stack-secrets.js';
import { containerFolder } from './container-folder.js';
import { containerConfig, type ContainerSettings } from './container.config.js';
import { makeSecrets } from './make-secrets.js';

/** `EX_USAGE` of sysexits.h. */
const EXIT_USAGE = 64;

const lanesOf = (settings: ContainerSettings) => Number(settings.required('KAFKA_LANES'));
const brokersOf = (settings: ContainerSettings) => settings.required('KAFKA_BROKERS').split(',');

const administratorOf = (settings: ContainerSettings, secrets: StackSecrets) =>
  administratorConnection({ brokers: brokersOf(settings), origin: 'container' }, secrets);

const jobs: Readonly<Record<string, (settings: ContainerSettings) => Promise<void>>> = {
  secrets: async (settings) => {
    makeSecrets(containerFolder(settings.folder), settings.required('POSTGRES_HOST'));
  },
  databases: async (settings) => {
    const { operator } = containerFolder(settings.folder);
    await createDatabases(settings.required('DATABASE_URL'), stackSecrets(operator));
  },
  topics: async (settings) => {
    const secrets = stackSecrets(containerFolder(settings.folder).operator);
    const administrator = administratorOf(settings, secrets);
    await makeKafkaUsers(administrator, secrets);
    await createTopics({ connection: administrator, lanes: lanesOf(settings) });
  },
  demo: async (settings) => {
    const { operator, keys } = containerFolder(settings.folder);
    const secrets = stackSecrets(operator);
    const { operatorKey, ledgerReaderKey } = secrets;
    const producerKey = await demoProducerKey(
      settings.required('TOLLGATE_INTAKE_URL'),
      operatorKey,
      storedProducerKey(operator.credentials),
    );
    writeCredentials(operator.credentials, {
      intakeUrl: settings.required('TOLLGATE_INTAKE_URL'),
      notifierUrl: settings.required('TOLLGATE_NOTIFIER_URL'),
      auditUrl: settings.required('TOLLGATE_AUDIT_URL'),
      routerUrl: settings.required('TOLLGATE_ROUTER_URL'),
      guardrailUrl: settings.required('TOLLGATE_GUARDRAIL_URL'),
      mailboxUrl: settings.required('TOLLGATE_MAILBOX_URL'),
      signInUrl: settings.required('TOLLGATE_SIGN_IN_URL'),
      brokers: brokersOf(settings),
      lanes: lanesOf(settings),
      ...kafkaCredentials(administratorOf(settings, secrets), secrets),
      producerKey,
      operatorKey,
      ledgerReaderKey,
      developmentIssuer: { ...DEVELOPMENT_ISSUER, privateKeyFile: keys.developmentIssuerKey },
    });
  },
};

const [name = ''] = process.argv.slice(2);
const job = jobs[name];
if (job === undefined) {
  process.stderr.write(`There is no job ${name}; there are: ${Object.keys(jobs).join(', ')}\n`);
  process.exitCode = EXIT_USAGE;
} else {
  await job(containerConfig(process.env));
  process.stdout.write(`${name}: done\n`);
}
