import { type ExitCode } from './exit-code.js';
import { type Problem } from './connection/problem.js';

/** Why a command ends without its result: the message for people, the exit code for scripts. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  /**
   * @param problem the problem document of the service, where one refused
   */
  constructor(
    message: string,
    readonly exitCode: ExitCode,
    readonly problem?: Problem,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
