/** The log as this library needs it: structured fields first, then what happened. A pino logger is one. */
export interface LanesLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
