import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';

/**
 * Waits a moment between two calls.
 * @param ms milliseconds
 * @throws CommandError as soon as the user interrupts
 */
export async function pause(ms: number, interrupted: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal: interrupted });
  } catch (error) {
    throw new CommandError('interrupted', EXIT_CODE.interrupted, undefined, { cause: error });
  }
}
