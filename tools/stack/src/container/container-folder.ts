import { join } from 'node:path';
import { dataFolder, type DataFolder } from '../data-folder.js';
import { forEachService, type KeyFiles } from '../stack-secrets.js';

/**
 * The places of secrets where every part runs in a container: a folder for each reader, each a volume of its own, so
 * that a container sees its own secrets only.
 */
export interface ContainerFolder {
  /** For the operator and the jobs: everything that others are made from, and the credentials of the command line. */
  readonly operator: DataFolder;
  readonly keys: KeyFiles;
  /** The client's secret once more, for the OpenID provider. */
  readonly signInClientSecret: string;
  /** The key of the markers once more, for intake. */
  readonly redactionKey: string;
  /** The development issuer's public keys, for intake. */
  readonly personIssuerJwks: string;
  /** The administrator's password, as the image of Postgres reads it. */
  readonly postgresPassword: string;
  /** What the broker reads: who may sign in there before there are users (JAAS). */
  readonly kafkaJaas: string;
  /** How the broker's own tools sign in, as its administrator. */
  readonly kafkaAdministrator: string;
  /** Environment files (`NAME=value`), as `node --env-file` reads them. */
  readonly environments: {
    readonly intake: string;
    readonly notifier: string;
    readonly audit: string;
    readonly databases: string;
    readonly migrateIntake: string;
    readonly migrateNotifier: string;
    readonly migrateAudit: string;
  };
}

/** @returns the places below the folder that the volumes are mounted in */
export function containerFolder(root: string): ContainerFolder {
  const operator = dataFolder(join(root, 'operator'));
  return {
    operator,
    keys: {
      releaseKey: join(root, 'intake', 'release-key.jwk.json'),
      ledgerKey: join(root, 'audit', 'ledger-key.jwk.json'),
      linkSecret: join(root, 'notifier', 'link-secret'),
      redactionKey: join(root, 'notifier', 'redaction-key'),
      producerWebhookKey: join(root, 'intake', 'producer-webhook-key'),
      developmentIssuerKey: join(root, 'operator', 'development-issuer-key.jwk.json'),
      developmentIssuerJwks: join(root, 'notifier', 'development-issuer-jwks.json'),
      signInKey: join(root, 'sign-in', 'sign-in-key.jwk.json'),
      signInClientSecret: join(root, 'notifier', 'sign-in-client-secret'),
      kafkaPasswords: forEachService((service) => join(root, service, 'kafka-password')),
    },
    kafkaJaas: join(root, 'kafka', 'jaas.conf'),
    kafkaAdministrator: join(root, 'kafka', 'administrator.properties'),
    signInClientSecret: join(root, 'sign-in', 'client-secret'),
    redactionKey: join(root, 'intake', 'redaction-key'),
    personIssuerJwks: join(root, 'intake', 'development-issuer-jwks.json'),
    postgresPassword: join(root, 'postgres', 'password'),
    environments: {
      intake: join(root, 'intake', 'service.env'),
      notifier: join(root, 'notifier', 'service.env'),
      audit: join(root, 'audit', 'service.env'),
      databases: join(root, 'operator', 'databases.env'),
      migrateIntake: join(root, 'operator', 'migrate-intake.env'),
      migrateNotifier: join(root, 'operator', 'migrate-notifier.env'),
      migrateAudit: join(root, 'operator', 'migrate-audit.env'),
    },
  };
}
