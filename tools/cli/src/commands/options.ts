import { type JsonObject, SERVICES } from '@tollgate/contracts';
import { InvalidArgumentError, Option } from 'commander';
import { isJsonObject } from '../connection/is-json-object.js';
import { parseDuration } from '../terminal/duration.js';

/** Reads a duration of the command line, in milliseconds. */
export function durationOption(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('A duration looks like 90s, 10m or PT4H.');
  return ms;
}

/** Reads a JSON object of the command line. */
export function jsonObjectOption(text: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(
      `It is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (!isJsonObject(parsed))
    throw new InvalidArgumentError('It must be a JSON object, as in \'{"region": "eu-west"}\'.');
  return parsed;
}

/** Gathers the values of an option that may be given several times. */
export const collected = (value: string, before: readonly string[]): string[] => [...before, value];

/** `--yes`: every command that changes what cannot be changed back is a dry run without it. */
export const yesOption = (): Option =>
  new Option('--yes', 'do it; without this, the command only says what it would do').default(false);

/** `--service NAME`. */
export const serviceOption = (): Option =>
  new Option('--service <name>', 'of this service only').choices(SERVICES);
