import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { newSigner, NoteError, type NoteSignerKey, seedOf } from '@tollgate/ledger';

function privateKey(text: string): KeyObject | undefined {
  try {
    const jwk: unknown = JSON.parse(text);
    return typeof jwk === 'object' && jwk !== null
      ? createPrivateKey({ key: { ...jwk }, format: 'jwk' })
      : undefined;
  } catch {
    // The cause may quote the key.
    return undefined;
  }
}

/**
 * Reads the key that signs checkpoints.
 * @param file holds an Ed25519 private key as a JWK (RFC 8037)
 * @param origin its name as a key of notes, and the name of the log
 * @throws Error that says what is wrong with the file, never what is in it
 */
export function readCheckpointKey(file: string, origin: string): NoteSignerKey {
  const key = privateKey(readFileSync(file, 'utf8'));
  try {
    if (key !== undefined) return newSigner({ name: origin, seed: seedOf(key) });
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
  }
  throw new Error(`LEDGER_KEY_FILE: ${file} does not hold an Ed25519 private key as a JWK`);
}
