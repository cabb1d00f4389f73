import { type LedgerLeaf } from '@tollgate/ledger';

/** Of a record what the tree commits to, as it comes from the database. */
export interface LeafRow {
  readonly seq: string;
  /** ms since 1970 */
  readonly arrived_ms: string;
  readonly broker_ms: string | null;
  readonly withheld: boolean;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly sha256: Buffer;
}

/** The columns of {@link LeafRow} in SQL. */
export const LEAF_COLUMNS = `
  seq, (extract(epoch FROM arrived_at) * 1000)::bigint AS arrived_ms, (extract(epoch FROM broker_time) * 1000)::bigint AS broker_ms,
  reading = 'withheld' AS withheld, topic, partition, record_offset, sha256`;

/**
 * Where records from a sequence number on begin, in SQL: no later than their arrival, by the last full tile before them,
 * so that the index, which begins with the arrival, finds them.
 * @param seq a placeholder
 */
export const arrivalBound = (seq: string): string =>
  `coalesce((SELECT last_arrived_at FROM tree_tile WHERE level = 0 AND index < ${seq}::bigint / 256 ORDER BY index DESC LIMIT 1), '-infinity')`;

/** The records from $1 up to, not including, $2, in SQL. */
export const LEAVES = `
  SELECT ${LEAF_COLUMNS} FROM record
  WHERE arrived_at >= ${arrivalBound('$1')} AND seq >= $1 AND seq < $2
  ORDER BY arrived_at, seq LIMIT $2::bigint - $1::bigint`;

/** What the tree commits to of a record. */
export const leafOfRow = (row: LeafRow): LedgerLeaf => ({
  form: row.withheld ? 'withheld' : 'as-they-came',
  arrivedAt: Number(row.arrived_ms),
  brokerTime: row.broker_ms === null ? null : Number(row.broker_ms),
  topic: row.topic,
  partition: row.partition,
  offset: BigInt(row.record_offset),
  sha256: row.sha256,
});
