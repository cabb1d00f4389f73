import { hashOf, type RecordBytes } from '@tollgate/ledger';
import { type IncomingRecord } from '@tollgate/messaging';
import { recordBytes } from './record-bytes.js';
import { type Understood, understandRecord } from './understand-record.js';

/** A record on its way into the ledger. */
export interface LedgerEntry extends Understood {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** The broker's time, ms since 1970. */
  readonly time: number;
  /** SHA-256 of key, headers and value, hex; see `hashOf`. */
  readonly sha256: string;
  /** What is kept; nothing of a record that is withheld. */
  readonly bytes: RecordBytes;
}

const NOTHING: RecordBytes = { key: null, headers: null, value: null };

/** The entry of a record: all of its bytes, their hash, and what is understood of it. */
export function ledgerEntry(record: IncomingRecord): LedgerEntry {
  const bytes = recordBytes(record);
  const understood = understandRecord(record);
  const { topic, partition, offset, time } = record;
  return {
    ...understood,
    topic,
    partition,
    offset,
    time,
    sha256: hashOf(bytes),
    bytes: understood.reading === 'withheld' ? NOTHING : bytes,
  };
}
