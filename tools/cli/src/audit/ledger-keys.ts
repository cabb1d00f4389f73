import { existsSync } from 'node:fs';
import {
  NoteError,
  type NoteVerifierKey,
  type OpenedCheckpoint,
  openCheckpoint,
  notesIn,
  parseVerifierKey,
} from '@tollgate/ledger';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';
import { readTextFile } from '../request/read-json-file.js';

/** How many checkpoints of a mirror are compared: the last ones. A ledger makes 8,640 on a busy day. */
const MOST_KEPT = 20_000;

/**
 * A verifier key of the command line: itself, or the name of a file that holds it.
 * @throws CommandError (usage) when it is none
 */
export function verifierKeyOption(given: string): NoteVerifierKey {
  const text = existsSync(given) ? readTextFile(given) : given;
  try {
    return parseVerifierKey(text);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new CommandError(`${given}: ${error.message}`, EXIT_CODE.usage, undefined, { cause: error });
  }
}

/**
 * The checkpoints in a file: one note, or a mirror with many.
 * @throws CommandError when one of them is not signed by the key
 */
export function readCheckpoints(
  file: string,
  key: NoteVerifierKey,
  witnesses: readonly NoteVerifierKey[],
): OpenedCheckpoint[] {
  const notes = notesIn(readTextFile(file));
  if (notes.length === 0) throw new CommandError(`${file} holds no checkpoint`, EXIT_CODE.usage);
  const first = Math.max(0, notes.length - MOST_KEPT);
  return notes.slice(first).map((note, nth) => {
    try {
      return openCheckpoint(note, key, witnesses);
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      throw new CommandError(
        `${file}, checkpoint ${first + nth + 1}: ${error.message}`,
        EXIT_CODE.failure,
        undefined,
        {
          cause: error,
        },
      );
    }
  });
}
