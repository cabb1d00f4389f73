import { readFileSync } from 'node:fs';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';

/**
 * The text of a file that the command line names.
 * @param file `-` for standard input
 * @throws CommandError (usage) when it cannot be read
 */
export function readTextFile(file: string): string {
  try {
    // `-` is standard input, as everywhere.
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be read: ${why}`, EXIT_CODE.usage, undefined, { cause: error });
  }
}

/**
 * The JSON in a file that the command line names.
 * @param file `-` for standard input
 * @throws CommandError (usage) when it cannot be read or is not JSON
 */
export function readJsonFile(file: string): unknown {
  const text = readTextFile(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} is not JSON: ${why}`, EXIT_CODE.usage, undefined, { cause: error });
  }
}
