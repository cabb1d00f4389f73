import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';

/**
 * A text field of a service's JSON answer.
 * @throws CommandError when it is missing
 */
export function answerText(answer: unknown, field: string): string {
  const value: unknown =
    typeof answer === 'object' && answer !== null
      ? Object.getOwnPropertyDescriptor(answer, field)?.value
      : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new CommandError(`The answer of the service has no "${field}".`, EXIT_CODE.failure);
}
