import { type Reading } from '../record-records/understand-record.js';

/** A record as the ledger's reader gets it from the database. */
export interface LedgerRow {
  readonly seq: string;
  readonly arrived_at: Date;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly broker_time: Date | null;
  readonly reading: Reading;
  readonly sha256: string;
  readonly request_id: string | null;
  readonly event_type: string | null;
  readonly action: string | null;
  readonly environment: string | null;
  readonly risk_level: string | null;
  readonly requester: string | null;
  readonly outcome: string | null;
  readonly persons: string[] | null;
  readonly key: Buffer | null;
  readonly headers: Buffer | null;
  /** Null as well where it is longer than was asked for. */
  readonly value: Buffer | null;
  /** The length of the value in bytes; null where there is none, or none is kept. */
  readonly bytes: number | null;
}

/** Values that are longer than this (bytes) are not read into lists: a policy document can be 8 MiB. */
export const LONGEST_LISTED_VALUE = 64 * 1024;

/** The columns of {@link LedgerRow} in SQL; the values up to a length. */
export const rowColumns = (longestValue: number): string => `
  seq, arrived_at, topic, partition, record_offset, broker_time, reading, encode(sha256, 'hex') AS sha256, request_id,
  event_type, action, environment, risk_level, requester, outcome, persons, key, headers,
  CASE WHEN octet_length(value) <= ${longestValue} THEN value END AS value, octet_length(value) AS bytes`;
