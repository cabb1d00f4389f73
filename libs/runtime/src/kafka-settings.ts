import { readFileSync } from 'node:fs';
import { type KafkaConnection, SASL_MECHANISMS, type SaslMechanism } from '@tollgate/messaging';
import { Transform } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { ConfigError } from './load-config.js';

/** How a program reaches the broker, as it reads it from its environment. */
export class KafkaSettings {
  /** `host:port`, comma-separated. */
  @Transform(({ value }) =>
    typeof value === 'string' ? value.split(',').map((broker) => broker.trim()) : value,
  )
  @IsArray()
  @ArrayNotEmpty()
  @Matches(/^[^\s:]+:\d+$/, { each: true, message: 'kafkaBrokers must be host:port, comma-separated' })
  kafkaBrokers!: string[];
  /** The number of partitions of the stage topics: the same for every service and the broker. */
  @IsInt() @Min(1) @Max(1000) kafkaLanes: number = 4;
  /** Put before the name of every topic, group and user, where several systems share a broker. */
  @IsOptional() @Matches(/^[a-zA-Z0-9._-]*$/) kafkaTopicPrefix?: string;
  @IsOptional() @IsString() kafkaUsername?: string;
  @IsOptional() @IsString() kafkaPassword?: string;
  /** Holds the password, and nothing else but a line's end. */
  @IsOptional() @IsString() kafkaPasswordFile?: string;
  /** How to sign in; `scram-sha-512` unless told. */
  @IsOptional() @IsIn(SASL_MECHANISMS) kafkaSaslMechanism?: SaslMechanism;
  /** `true`: connections are encrypted, and the broker has to prove who it is. They are not unless told. */
  @IsOptional() @IsIn(['true', 'false'], { message: 'kafkaTls must be true or false' }) kafkaTls?: string;
  /** Certificates (PEM) of who vouches for the broker; those that Node.js trusts unless given. */
  @IsOptional() @IsString() kafkaTlsCaFile?: string;
}

function read(setting: string, file: string, faults: string[]): string {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.trim() === '') faults.push(`${setting} names a file that is empty`);
    return text;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    faults.push(`${setting} names a file that cannot be read${code}`);
    return '';
  }
}

/**
 * How to reach the broker.
 * @param clientId who this is, for the broker's log
 * @throws ConfigError where settings contradict each other, or a file cannot be read; never with a value
 */
export function kafkaConnectionOf(config: KafkaSettings, clientId: string): KafkaConnection {
  const faults: string[] = [];
  const { kafkaUsername: username, kafkaPassword, kafkaPasswordFile, kafkaTlsCaFile } = config;
  if (kafkaPassword !== undefined && kafkaPasswordFile !== undefined)
    faults.push('KAFKA_PASSWORD and KAFKA_PASSWORD_FILE are both set');
  const password =
    kafkaPasswordFile === undefined
      ? kafkaPassword
      : read('KAFKA_PASSWORD_FILE', kafkaPasswordFile, faults).trim();
  if (username !== undefined && password === undefined)
    faults.push('KAFKA_PASSWORD_FILE is not set, but KAFKA_USERNAME is');
  if (username === undefined && password !== undefined)
    faults.push('KAFKA_USERNAME is not set, but a password is');
  const isEncrypted = config.kafkaTls === 'true';
  if (!isEncrypted && kafkaTlsCaFile !== undefined)
    faults.push('KAFKA_TLS_CA_FILE is set, but KAFKA_TLS is not true');
  const ca = kafkaTlsCaFile === undefined ? undefined : read('KAFKA_TLS_CA_FILE', kafkaTlsCaFile, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return {
    brokers: config.kafkaBrokers,
    clientId,
    ...(config.kafkaTopicPrefix === undefined ? {} : { topicPrefix: config.kafkaTopicPrefix }),
    ...(username === undefined || password === undefined
      ? {}
      : {
          username,
          password,
          ...(config.kafkaSaslMechanism === undefined ? {} : { mechanism: config.kafkaSaslMechanism }),
        }),
    ...(isEncrypted ? { tls: ca === undefined ? {} : { ca } } : {}),
  };
}
