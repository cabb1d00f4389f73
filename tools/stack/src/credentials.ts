import { type SaslMechanism } from '@tollgate/messaging';
import { chmodSync, writeFileSync } from 'node:fs';
import { readIfThere } from './data-folder.js';

/** As whom to sign in at the broker, and how. */
export interface KafkaCredential {
  readonly username: string;
  readonly password: string;
  readonly mechanism: SaslMechanism;
}

/** What one needs to speak to a stack: written to `credentials.json`, read by the command line and by tests. */
export interface StackCredentials {
  readonly intakeUrl: string;
  readonly notifierUrl: string;
  readonly auditUrl: string;
  readonly routerUrl: string;
  readonly guardrailUrl: string;
  /** The page of the mailbox, where the stack has one. */
  readonly mailboxUrl?: string;
  /** Where people sign in: the OpenID provider for development, where the stack has one. */
  readonly signInUrl?: string;
  readonly brokers: readonly string[];
  readonly lanes: number;
  readonly topicPrefix?: string;
  /** As whom the command line signs in at the broker; absent where the broker lets everybody in. */
  readonly kafka?: KafkaCredential;
  /** The broker's administrator: topics, users, rights. */
  readonly kafkaAdmin?: KafkaCredential;
  /** As whom the demo's producer writes to its inbound topic. */
  readonly producerKafka?: KafkaCredential;
  /** Where connections to the broker are encrypted; `caFile` holds who vouches for it. */
  readonly kafkaTls?: { readonly caFile?: string };
  /** API key of the demo's producer. */
  readonly producerKey: string;
  readonly operatorKey: string;
  readonly ledgerReaderKey: string;
  /** Signs approvers' tokens for the command line and for programs. */
  readonly developmentIssuer: {
    readonly issuer: string;
    readonly audience: string;
    readonly privateKeyFile: string;
  };
}

/** Writes the credentials, readable to their owner alone. */
export function writeCredentials(file: string, credentials: StackCredentials): void {
  writeFileSync(file, `${JSON.stringify(credentials, undefined, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** @returns the key of the demo's producer that an earlier start has stored, or nothing */
export function storedProducerKey(file: string): string | undefined {
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' &&
    value !== null &&
    'producerKey' in value &&
    typeof value.producerKey === 'string'
    ? value.producerKey
    : undefined;
}
