import { createHash } from 'node:crypto';
import { type Pool } from 'pg';

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** The root over leaf hashes, straight from RFC 9162, 2.1.1. */
export function naiveRoot(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.of(1), naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

/** The leaf hash of every record in the order of the ledger, put together by Postgres itself. */
const LEAVES = `
  SELECT sha256(
    '\\x0001'::bytea
    || CASE WHEN reading = 'withheld' THEN '\\x02'::bytea ELSE '\\x00'::bytea END
    || int8send((extract(epoch FROM arrived_at) * 1000)::bigint)
    || coalesce(int8send((extract(epoch FROM broker_time) * 1000)::bigint), '\\xffffffffffffffff'::bytea)
    || int4send(partition) || int8send(record_offset)
    || int2send(octet_length(topic)::smallint) || convert_to(topic, 'UTF8') || sha256) AS leaf
  FROM record ORDER BY seq`;

/** The hashes of all leaves by another way than the service's. */
export async function naiveLeaves(pool: Pool): Promise<Buffer[]> {
  const { rows } = await pool.query<{ leaf: Buffer }>(LEAVES);
  return rows.map(({ leaf }) => leaf);
}
