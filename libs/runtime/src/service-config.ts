import { type KafkaConnection } from '@tollgate/messaging';
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

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** What every service reads from the environment; each service's own configuration extends it. */
export class ServiceConfig {
  /** HTTP port; 0 takes any free one. */
  @IsInt() @Min(0) @Max(65_535) port!: number;
  /** The address that HTTP listens on. */
  @IsString() host: string = '127.0.0.1';
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
  /** Put before every topic's and group's name, where several systems share a broker. */
  @IsOptional() @Matches(/^[a-zA-Z0-9._-]*$/) kafkaTopicPrefix?: string;
  @IsOptional() @IsString() kafkaUsername?: string;
  @IsOptional() @IsString() kafkaPassword?: string;
  @IsIn(LOG_LEVELS) logLevel: (typeof LOG_LEVELS)[number] = 'info';
}

/** How the service reaches the broker. */
export const kafkaConnectionOf = (config: ServiceConfig, clientId: string): KafkaConnection => ({
  brokers: config.kafkaBrokers,
  clientId,
  ...(config.kafkaTopicPrefix === undefined ? {} : { topicPrefix: config.kafkaTopicPrefix }),
  ...(config.kafkaUsername === undefined ? {} : { username: config.kafkaUsername }),
  ...(config.kafkaPassword === undefined ? {} : { password: config.kafkaPassword }),
});
