import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KAFKA_ADMIN } from '@tollgate/contracts';
import { databaseUrl, jaasSettings } from '@tollgate/servers';
import { readIfThere } from '../data-folder.js';
import { makeKeyFiles, sha256, stackSecrets, type DatabaseRoleName } from '../stack-secrets.js';
import { type StatefulService } from '../stack-databases.js';
import { type ContainerFolder } from './container-folder.js';

const PRIVATE = { mode: 0o600 };

function writeEnvironment(file: string, settings: Readonly<Record<string, string>>): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''), PRIVATE);
}

/** As the broker's own tools take it by `--command-config`. */
const administratorProperties = (password: string): string =>
  [
    'security.protocol=SASL_PLAINTEXT',
    'sasl.mechanism=PLAIN',
    `sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="${KAFKA_ADMIN}" password="${password}";`,
    '',
  ].join('\n');

/**
 * Makes all secrets of a system of containers once, and hands each reader its own. Run again, it keeps what is there.
 *
 * @param postgresHost `host:port` of Postgres, as the other containers reach it
 */
export function makeSecrets(folder: ContainerFolder, postgresHost: string): void {
  const { environments, keys, operator, postgresPassword } = folder;
  for (const file of [
    postgresPassword,
    folder.kafkaJaas,
    ...Object.values(keys.kafkaPasswords),
    keys.releaseKey,
    keys.ledgerKey,
    keys.linkSecret,
    keys.signInKey,
    environments.audit,
    operator.secrets,
  ]) {
    mkdirSync(dirname(file), { recursive: true });
  }
  const secrets = stackSecrets(operator);
  makeKeyFiles(keys, secrets);
  writeFileSync(folder.redactionKey, readFileSync(keys.redactionKey), PRIVATE);
  writeFileSync(folder.personIssuerJwks, readFileSync(keys.developmentIssuerJwks), PRIVATE);
  writeFileSync(folder.signInClientSecret, readFileSync(keys.signInClientSecret), PRIVATE);
  const { broker = '', [KAFKA_ADMIN]: admin = '' } = secrets.kafkaPasswords;
  writeFileSync(folder.kafkaJaas, jaasSettings({ broker, admin }), PRIVATE);
  writeFileSync(folder.kafkaAdministrator, administratorProperties(admin), PRIVATE);
  const administrator = readIfThere(postgresPassword) ?? randomBytes(24).toString('base64url');
  writeFileSync(postgresPassword, administrator, PRIVATE);
  const server = `postgres://postgres:${administrator}@${postgresHost}/postgres`;
  const url = (service: StatefulService, name: DatabaseRoleName) =>
    databaseUrl(server, `tollgate_${service}`, { name, password: secrets.databasePasswords[name] ?? '' });
  writeEnvironment(environments.databases, { DATABASE_URL: server });
  writeEnvironment(environments.migrateIntake, { MIGRATION_DATABASE_URL: url('intake', 'intake_owner') });
  writeEnvironment(environments.migrateNotifier, {
    MIGRATION_DATABASE_URL: url('notifier', 'notifier_owner'),
  });
  writeEnvironment(environments.migrateAudit, { MIGRATION_DATABASE_URL: url('audit', 'audit_owner') });
  writeEnvironment(environments.intake, {
    DATABASE_URL: url('intake', 'intake'),
    OPERATOR_KEY_SHA256: sha256(secrets.operatorKey),
  });
  writeEnvironment(environments.notifier, {
    DATABASE_URL: url('notifier', 'notifier'),
    OPERATOR_KEY_SHA256: sha256(secrets.operatorKey),
  });
  writeEnvironment(environments.audit, {
    DATABASE_URL: url('audit', 'audit_writer'),
    READER_DATABASE_URL: url('audit', 'audit_reader'),
    LEDGER_READER_KEY_SHA256: sha256(secrets.ledgerReaderKey),
  });
}
