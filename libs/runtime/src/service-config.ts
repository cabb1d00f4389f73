import { IsIn, IsInt, IsString, Max, Min } from 'class-validator';
import { KafkaSettings } from './kafka-settings.js';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** What every service reads from the environment; each service's own configuration extends it. */
export class ServiceConfig extends KafkaSettings {
  /** HTTP port; 0 takes any free one. */
  @IsInt() @Min(0) @Max(65_535) port!: number;
  /** The address that HTTP listens on. */
  @IsString() host: string = '127.0.0.1';
  @IsIn(LOG_LEVELS) logLevel: (typeof LOG_LEVELS)[number] = 'info';
}
