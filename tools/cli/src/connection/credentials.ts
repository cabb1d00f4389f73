import { type SaslMechanism } from '@tollgate/messaging';
import { plainToInstance, Type } from 'class-transformer';
import {
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Min,
  MinLength,
  ValidateNested,
  validateSync,
  type ValidationError,
} from 'class-validator';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';

const LOCAL_URL = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

/** The issuer that signs tokens of persons on a developer's machine. */
export class DevelopmentIssuer {
  @IsString() @MinLength(1) issuer!: string;
  @IsString() @MinLength(1) audience!: string;
  /** A private JWK (RFC 7517), Ed25519. */
  @IsString() @MinLength(1) privateKeyFile!: string;
}

/** Those of libs/messaging, whose client takes too long to load for commands that need no broker. */
export const MECHANISMS: readonly SaslMechanism[] = ['scram-sha-512', 'scram-sha-256', 'plain'];

/** As whom to sign in at the broker, and how. */
export class KafkaCredential {
  @IsString() @MinLength(1) username!: string;
  @IsString() @MinLength(1) password!: string;
  @IsOptional() @IsIn(MECHANISMS) mechanism?: SaslMechanism;
}

/** How connections to the broker are encrypted. */
export class KafkaTls {
  /** Certificates (PEM) of who vouches for the broker. */
  @IsOptional() @IsString() @MinLength(1) caFile?: string;
}

class CredentialsFile {
  @IsOptional() @IsUrl(LOCAL_URL) intakeUrl?: string;
  @IsOptional() @IsUrl(LOCAL_URL) notifierUrl?: string;
  @IsOptional() @IsUrl(LOCAL_URL) auditUrl?: string;
  @IsOptional() @IsUrl(LOCAL_URL) routerUrl?: string;
  @IsOptional() @IsUrl(LOCAL_URL) guardrailUrl?: string;
  @IsOptional() @IsUrl(LOCAL_URL) mailboxUrl?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) brokers?: string[];
  @IsOptional() @IsInt() @Min(1) lanes?: number;
  @IsOptional() @IsString() topicPrefix?: string;
  @IsOptional() @ValidateNested() @Type(() => KafkaCredential) kafka?: KafkaCredential;
  @IsOptional() @ValidateNested() @Type(() => KafkaCredential) kafkaAdmin?: KafkaCredential;
  @IsOptional() @ValidateNested() @Type(() => KafkaTls) kafkaTls?: KafkaTls;
  @IsOptional() @IsString() @MinLength(1) producerKey?: string;
  @IsOptional() @IsString() @MinLength(1) operatorKey?: string;
  @IsOptional() @IsString() @MinLength(1) ledgerReaderKey?: string;
  @IsOptional() @ValidateNested() @Type(() => DevelopmentIssuer) developmentIssuer?: DevelopmentIssuer;
}

/** Where a system is and what opens it, as the local stack writes it down for the command line. */
export interface Credentials {
  readonly intakeUrl: string;
  readonly notifierUrl: string;
  readonly auditUrl: string;
  readonly routerUrl: string;
  readonly guardrailUrl: string;
  /** The page of the local stack's mailbox. */
  readonly mailboxUrl?: string;
  readonly brokers: readonly string[];
  /** Partitions of a stage topic. */
  readonly lanes: number;
  /** Put before every topic's name on the broker. */
  readonly topicPrefix?: string;
  /** As whom operators sign in at the broker; absent where it lets everybody in. */
  readonly kafka?: KafkaCredential;
  /** The broker's administrator: topics, users, rights. */
  readonly kafkaAdmin?: KafkaCredential;
  /** Where connections to the broker are encrypted. */
  readonly kafkaTls?: KafkaTls;
  /** The API key of a producer. */
  readonly producerKey?: string;
  /** A key with the scope `operate`. */
  readonly operatorKey?: string;
  /** A key of the ledger's readers. */
  readonly ledgerReaderKey?: string;
  readonly developmentIssuer?: DevelopmentIssuer;
}

const namesOf = (errors: ValidationError[]): string[] =>
  errors.flatMap(({ property, children }) => [
    property,
    ...namesOf(children ?? []).map((child) => `${property}.${child}`),
  ]);

/**
 * Reads `credentials.json`; fields that this version does not know are ignored.
 * @param file named in the error
 * @throws CommandError that names each field that cannot be used, and never shows a value
 */
export function parseCredentials(text: string, file: string): Partial<Credentials> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new CommandError(`${file} is not JSON`, EXIT_CODE.usage);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new CommandError(`${file} holds no JSON object`, EXIT_CODE.usage);
  }
  const credentials = plainToInstance(CredentialsFile, parsed);
  const faulty = namesOf(validateSync(credentials, { whitelist: true }));
  if (faulty.length > 0) {
    throw new CommandError(`${file} cannot be used: ${faulty.join(', ')} not valid`, EXIT_CODE.usage);
  }
  return { ...credentials };
}
