import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSigner, type NoteSignerKey } from '@tollgate/ledger';
import { type IncomingRecord } from '@tollgate/messaging';
import { sqlStateOf } from '@tollgate/persistence';
import { type Pool } from 'pg';
import { signCheckpoint } from '../sign-checkpoints/sign-checkpoint.js';
import { type CheckpointRow } from '../sign-checkpoints/checkpoint-row.js';

const UNIQUE_VIOLATION = '23505';
const SEED = Buffer.alloc(32, 7);
export const TEST_ORIGIN = 'tollgate/spec/ledger';

/** A key for the checkpoints of a spec. */
export const testSigner = (): NoteSignerKey => newSigner({ name: TEST_ORIGIN, seed: SEED });

/** A file that holds the key of {@link testSigner}. */
export function testKeyFile(): string {
  const { verifier } = testSigner();
  const x = Buffer.from(verifier.vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url'), d: SEED.toString('base64url') };
  const file = join(mkdtempSync(join(tmpdir(), 'tollgate-ledger-key-')), 'ledger-key.jwk.json');
  writeFileSync(file, JSON.stringify(jwk), { mode: 0o600 });
  return file;
}

/**
 * Signs what there is, also beside a service that signs the same ledger: who is second begins again.
 *
 * @returns the newest checkpoint
 */
export async function signAll(writer: Pool, now = Date.now()): Promise<CheckpointRow | undefined> {
  const client = await writer.connect();
  try {
    for (;;) {
      const { checkpoint, isComplete } = await signCheckpoint(client, testSigner(), now);
      if (isComplete) return checkpoint;
    }
  } catch (error) {
    if (sqlStateOf(error) !== UNIQUE_VIOLATION) throw error;
  } finally {
    client.release(true);
  }
  return signAll(writer, now);
}

/** So many small records, one after the other in one partition. */
export const smallRecords = (
  count: number,
  { topic = 'vote.cast', partition = 0, from = 0 } = {},
): IncomingRecord[] =>
  Array.from({ length: count }, (_, nth) => ({
    topic,
    partition,
    offset: BigInt(from + nth),
    key: `key ${nth}`,
    value: Buffer.from(`value ${nth}`),
    headers: {},
    time: Date.UTC(2026, 10, 2) + nth,
  }));
