import { readFileSync } from 'node:fs';

const SHORTEST_KEY = 32;

/**
 * The key by which markers of redacted secrets are made, one for an installation: whoever has it can test guesses.
 * @throws Error for a file that holds less than 32 characters
 */
export function readRedactionKey(file: string): string {
  const key = readFileSync(file, 'utf8').trim();
  if (key.length < SHORTEST_KEY)
    throw new Error(`REDACTION_KEY_FILE: ${file} must hold at least ${SHORTEST_KEY} characters`);
  return key;
}
