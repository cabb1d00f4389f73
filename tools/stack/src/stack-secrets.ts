import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  KAFKA_ADMIN,
  KAFKA_USERS,
  kafkaUserOfProducer,
  type ServiceName,
  SERVICES,
} from '@tollgate/contracts';
import { DEMO_PRODUCER } from './demo-producer.js';
import { type DataFolder, readIfThere } from './data-folder.js';

/** The secrets of a local stack, made once and kept in its data folder. */
export interface StackSecrets {
  /** Password of each database role, by the role's name. */
  readonly databasePasswords: Readonly<Record<string, string>>;
  /** Password of each user at the broker, by the user's logical name; the broker itself and its administrator included. */
  readonly kafkaPasswords: Readonly<Record<string, string>>;
  /** Bearer key of the operator at intake. */
  readonly operatorKey: string;
  /** Bearer key of the reader at audit. */
  readonly ledgerReaderKey: string;
}

/** Where the services find their keys. */
export interface KeyFiles {
  /** Ed25519 private key of intake, as JWK: signs releases. */
  readonly releaseKey: string;
  /** Ed25519 private key of audit, as JWK: signs the checkpoints of the ledger. */
  readonly ledgerKey: string;
  /** Secret of the notifier: the links in mails. */
  readonly linkSecret: string;
  /** Key of intake and the notifier: the markers of redacted secrets. */
  readonly redactionKey: string;
  /** Key of intake: seals where producers are told, and the secrets that sign it. */
  readonly producerWebhookKey: string;
  /** Ed25519 private key of the development issuer, as JWK: signs approvers' tokens, and lies with the CLI only. */
  readonly developmentIssuerKey: string;
  /** The development issuer's public keys, as JWK set: what the notifier trusts. */
  readonly developmentIssuerJwks: string;
  /** Ed25519 private key of the stack's OpenID provider, as JWK: signs ID tokens. */
  readonly signInKey: string;
  /** The secret with which the notifier is known to that provider. */
  readonly signInClientSecret: string;
  /** For each service the password of its user at the broker. */
  readonly kafkaPasswords: Readonly<Record<ServiceName, string>>;
}

/** Who signs in at the broker of a stack, by logical name. */
export const STACK_KAFKA_USERS: readonly string[] = [
  'broker',
  KAFKA_ADMIN,
  ...KAFKA_USERS,
  kafkaUserOfProducer(DEMO_PRODUCER.name),
];

/** The database roles of the stack. */
export const DATABASE_ROLES = [
  'intake_owner',
  'intake',
  'notifier_owner',
  'notifier',
  'audit_owner',
  'audit_writer',
  'audit_reader',
] as const;
export type DatabaseRoleName = (typeof DATABASE_ROLES)[number];

const PRIVATE = { mode: 0o600 };
/** For the owner alone, also where the file was there before. */
function writePrivate(file: string, text: string): void {
  writeFileSync(file, text, PRIVATE);
  chmodSync(file, PRIVATE.mode);
}
const secret = () => randomBytes(32).toString('base64url');

/** SHA-256 of a key, in hexadecimal: what a service is given in the place of the key itself. */
export const sha256 = (key: string): string => createHash('sha256').update(key).digest('hex');

const isTextRecord = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((entry) => typeof entry === 'string');

function parseSecrets(text: string, file: string): StackSecrets {
  const value: unknown = JSON.parse(text);
  if (
    typeof value === 'object' &&
    value !== null &&
    'databasePasswords' in value &&
    isTextRecord(value.databasePasswords) &&
    'operatorKey' in value &&
    typeof value.operatorKey === 'string' &&
    'ledgerReaderKey' in value &&
    typeof value.ledgerReaderKey === 'string'
  ) {
    const { databasePasswords, operatorKey, ledgerReaderKey } = value;
    const kafkaPasswords = 'kafkaPasswords' in value ? value.kafkaPasswords : {};
    if (isTextRecord(kafkaPasswords))
      return { databasePasswords, kafkaPasswords, operatorKey, ledgerReaderKey };
  }
  throw new Error(`${file} is not what an earlier start wrote; begin anew with --fresh.`);
}

const passwordsOf = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, secret()]));

function writeSecrets(file: string, secrets: StackSecrets): StackSecrets {
  writePrivate(file, `${JSON.stringify(secrets, undefined, 2)}\n`);
  return secrets;
}

/**
 * The secrets of the stack: those of an earlier start, or new ones. A user of the broker without a password gets one, so
 * what was made before there were users goes on, and taking a password out makes a new one at the next start.
 */
export function stackSecrets({ secrets: secretsFile }: Pick<DataFolder, 'secrets'>): StackSecrets {
  const text = readIfThere(secretsFile);
  if (text === undefined)
    return writeSecrets(secretsFile, {
      databasePasswords: passwordsOf(DATABASE_ROLES),
      kafkaPasswords: passwordsOf(STACK_KAFKA_USERS),
      operatorKey: `tgo_${secret()}`,
      ledgerReaderKey: `tgl_${secret()}`,
    });
  const secrets = parseSecrets(text, secretsFile);
  const lacking = STACK_KAFKA_USERS.filter((user) => secrets.kafkaPasswords[user] === undefined);
  return lacking.length === 0
    ? secrets
    : writeSecrets(secretsFile, {
        ...secrets,
        kafkaPasswords: { ...secrets.kafkaPasswords, ...passwordsOf(lacking) },
      });
}

function makeSigningKey(privateFile: string, publicFile?: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const marks = { alg: 'EdDSA', use: 'sig', kid: randomBytes(8).toString('hex') };
  if (publicFile !== undefined) {
    const keys = [{ ...publicKey.export({ format: 'jwk' }), ...marks }];
    writeFileSync(publicFile, `${JSON.stringify({ keys }, undefined, 2)}\n`);
  }
  const jwk = { ...privateKey.export({ format: 'jwk' }), ...marks };
  writeFileSync(privateFile, `${JSON.stringify(jwk, undefined, 2)}\n`, PRIVATE);
}

/** Something for each service, by its name. */
export const forEachService = <T>(make: (service: ServiceName) => T): Record<ServiceName, T> => ({
  intake: make('intake'),
  router: make('router'),
  notifier: make('notifier'),
  guardrail: make('guardrail'),
  audit: make('audit'),
});

/** Where the key files of a stack on this machine lie. */
export function keyFilesIn(folder: DataFolder): KeyFiles {
  return {
    releaseKey: join(folder.keys, 'release-key.jwk.json'),
    ledgerKey: join(folder.keys, 'ledger-key.jwk.json'),
    linkSecret: join(folder.keys, 'link-secret'),
    redactionKey: join(folder.keys, 'redaction-key'),
    producerWebhookKey: join(folder.keys, 'producer-webhook-key'),
    developmentIssuerKey: join(folder.keys, 'development-issuer-key.jwk.json'),
    developmentIssuerJwks: join(folder.keys, 'development-issuer-jwks.json'),
    signInKey: join(folder.keys, 'sign-in-key.jwk.json'),
    signInClientSecret: join(folder.keys, 'sign-in-client-secret'),
    kafkaPasswords: forEachService((service) => join(folder.keys, `kafka-password-${service}`)),
  };
}

/** Makes the key files that are not there yet, and says in those of passwords what the secrets say. */
export function makeKeyFiles(
  files: KeyFiles,
  { kafkaPasswords }: Pick<StackSecrets, 'kafkaPasswords'>,
): void {
  for (const service of SERVICES)
    writePrivate(files.kafkaPasswords[service], `${kafkaPasswords[service] ?? ''}\n`);
  for (const file of [files.releaseKey, files.ledgerKey]) if (!existsSync(file)) makeSigningKey(file);
  const { linkSecret, redactionKey, producerWebhookKey, signInClientSecret } = files;
  for (const file of [linkSecret, redactionKey, producerWebhookKey, signInClientSecret])
    if (!existsSync(file)) writeFileSync(file, `${secret()}\n`, PRIVATE);
  if (!existsSync(files.signInKey)) makeSigningKey(files.signInKey);
  if (!existsSync(files.developmentIssuerKey)) {
    makeSigningKey(files.developmentIssuerKey, files.developmentIssuerJwks);
  }
}
