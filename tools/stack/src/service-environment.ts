import { type ServiceName } from '@tollgate/contracts';
import { type RoleUrls } from './stack-databases.js';
import { type KeyFiles, sha256, type StackSecrets } from './stack-secrets.js';

/** Who issues approvers' tokens until there is a real sign-in, and for whom. */
export const DEVELOPMENT_ISSUER = {
  // The directory's people have their identities with it; see policies/directory.yaml.
  issuer: 'https://tollgate.local/development',
  audience: 'tollgate-approvals',
} as const;

/** What the checkpoints of a local stack's ledger begin with. */
export const LEDGER_ORIGIN = 'tollgate/local/ledger';

/** As which client the notifier is known to the OpenID provider of the stack. */
export const SIGN_IN_CLIENT = 'tollgate-notifier';

/** Everything that the environment of a service is made from. */
export interface ServiceSurroundings {
  readonly ports: Readonly<Record<ServiceName, number>>;
  readonly urls: Readonly<Record<ServiceName, string>>;
  readonly brokers: readonly string[];
  /** Whether each service signs in at the broker as itself. */
  readonly hasKafkaUsers: boolean;
  readonly kafkaTls?: boolean;
  readonly kafkaTlsCaFile?: string;
  readonly lanes: number;
  readonly topicPrefix?: string;
  readonly databaseUrls: RoleUrls;
  readonly smtpUrl: string;
  readonly mailFrom: string;
  /** Of the OpenID provider's discovery document. */
  readonly discoveryUrl: string;
  readonly policyFile: string;
  readonly directoryFile: string;
  readonly contactsFile: string;
  readonly keys: KeyFiles;
  readonly secrets: StackSecrets;
  readonly logLevel: string;
}

/** The settings with which the stack starts a service; the service's own `*.config.ts` says what each means. */
export function serviceEnvironment(service: ServiceName, given: ServiceSurroundings): Record<string, string> {
  const shared: Record<string, string> = {
    PORT: String(given.ports[service]),
    KAFKA_BROKERS: given.brokers.join(','),
    KAFKA_LANES: String(given.lanes),
    LOG_LEVEL: given.logLevel,
    ...(given.topicPrefix === undefined ? {} : { KAFKA_TOPIC_PREFIX: given.topicPrefix }),
    ...(given.hasKafkaUsers
      ? {
          KAFKA_USERNAME: `${given.topicPrefix ?? ''}${service}`,
          KAFKA_PASSWORD_FILE: given.keys.kafkaPasswords[service],
        }
      : {}),
    ...(given.kafkaTls === true ? { KAFKA_TLS: 'true' } : {}),
    ...(given.kafkaTlsCaFile === undefined ? {} : { KAFKA_TLS_CA_FILE: given.kafkaTlsCaFile }),
  };
  switch (service) {
    case 'intake':
      return {
        ...shared,
        DATABASE_URL: given.databaseUrls.intake,
        POLICY_FILE: given.policyFile,
        DIRECTORY_FILE: given.directoryFile,
        RELEASE_KEY_FILE: given.keys.releaseKey,
        RELEASE_ISSUER: given.urls.intake,
        REDACTION_KEY_FILE: given.keys.redactionKey,
        APPROVER_ISSUER: DEVELOPMENT_ISSUER.issuer,
        APPROVER_AUDIENCE: DEVELOPMENT_ISSUER.audience,
        APPROVER_JWKS_FILE: given.keys.developmentIssuerJwks,
        OPERATOR_KEY_SHA256: sha256(given.secrets.operatorKey),
        PUBLIC_URL: given.urls.intake,
        PRODUCER_WEBHOOK_PRIVATE: 'false',
        PRODUCER_WEBHOOK_KEY_FILE: given.keys.producerWebhookKey,
      };
    case 'notifier':
      return {
        ...shared,
        DATABASE_URL: given.databaseUrls.notifier,
        SMTP_URL: given.smtpUrl,
        MAIL_FROM: given.mailFrom,
        PUBLIC_URL: given.urls.notifier,
        LINK_SECRET_FILE: given.keys.linkSecret,
        REDACTION_KEY_FILE: given.keys.redactionKey,
        CONTACTS_FILE: given.contactsFile,
        APPROVER_ISSUER: DEVELOPMENT_ISSUER.issuer,
        APPROVER_AUDIENCE: DEVELOPMENT_ISSUER.audience,
        APPROVER_JWKS_FILE: given.keys.developmentIssuerJwks,
        OIDC_DISCOVERY_URL: given.discoveryUrl,
        OIDC_CLIENT_ID: SIGN_IN_CLIENT,
        OIDC_CLIENT_SECRET_FILE: given.keys.signInClientSecret,
        OPERATOR_KEY_SHA256: sha256(given.secrets.operatorKey),
      };
    case 'audit':
      return {
        ...shared,
        DATABASE_URL: given.databaseUrls.audit_writer,
        READER_DATABASE_URL: given.databaseUrls.audit_reader,
        LEDGER_READER_KEY_SHA256: sha256(given.secrets.ledgerReaderKey),
        LEDGER_KEY_FILE: given.keys.ledgerKey,
        LEDGER_ORIGIN,
      };
    case 'router':
    case 'guardrail':
      return shared;
  }
}

/** Settings of the machine that every process needs; nothing else of the caller's environment reaches a service. */
const PASSED_ON = [
  ...['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'SystemRoot'],
  ...['NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'],
];

/** @returns what of the caller's environment is passed on to a service: never an administrator's credentials */
export function machineEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    PASSED_ON.map((name) => [name, environment[name]]).filter(([, value]) => value !== undefined),
  );
}
