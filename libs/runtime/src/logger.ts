import { type LoggerService } from '@nestjs/common';
import { type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

/**
 * The structured log of a service: JSON lines on standard output. What is about a request carries `requestId`.
 * @param service its name, on every line
 * @param level the least severe level that is written
 */
export const createLogger = (service: string, level: string): Logger =>
  pino({
    level,
    base: { service },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });

/** Nest's own messages in the same log; its chatter at boot is `debug`. */
export class NestLogAdapter implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...context: unknown[]): void {
    this.logger.debug({ context: context.at(-1) }, String(message));
  }
  error(message: unknown, ...context: unknown[]): void {
    const error = message instanceof Error ? message : undefined;
    this.logger.error(
      { context: context.at(-1), ...(error === undefined ? {} : { err: error }) },
      String(message),
    );
  }
  warn(message: unknown, ...context: unknown[]): void {
    this.logger.warn({ context: context.at(-1) }, String(message));
  }
  debug(message: unknown, ...context: unknown[]): void {
    this.logger.trace({ context: context.at(-1) }, String(message));
  }
  verbose(message: unknown, ...context: unknown[]): void {
    this.logger.trace({ context: context.at(-1) }, String(message));
  }
  fatal(message: unknown, ...context: unknown[]): void {
    this.logger.fatal({ context: context.at(-1) }, String(message));
  }
}
