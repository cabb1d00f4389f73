import { type OutgoingRecord } from '../outgoing-record.js';

/** A record with its number: counted by the process that wrote it, from 1. */
export interface OutboxRow {
  readonly seq: number;
  readonly record: OutgoingRecord;
}

/** Runs a statement; a typeorm query runner or entity manager does. */
export interface Queryable {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/** A statement; one with a name is prepared once per connection. */
export interface PgStatement {
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
}

/** A connection of `pg`. */
export interface PgConnection {
  query(statement: PgStatement): Promise<{ command: string; rowCount: number | null }>;
}

/** typeorm hands its connection out untyped. @throws Error when it is no connection of `pg` */
export function asPgConnection(connection: unknown): PgConnection {
  const isOne = (value: unknown): value is PgConnection =>
    value !== null && typeof value === 'object' && 'query' in value && typeof value.query === 'function';
  if (!isOne(connection)) throw new Error('the data source is not one of Postgres');
  return connection;
}

type StoredHeader = string | { readonly base64: string };

const storedHeaders = (headers: OutgoingRecord['headers']): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(headers ?? {}).map(([name, value]): [string, StoredHeader] => [
        name,
        typeof value === 'string' ? value : { base64: value.toString('base64') },
      ]),
    ),
  );

const headerOf = (stored: StoredHeader): string | Buffer =>
  typeof stored === 'string' ? stored : Buffer.from(stored.base64, 'base64');

// The values travel as one run of bytes and are cut apart by the server: an array of bytea would travel as hexadecimal
// text, at twice the size and about three times the server's time.
const INSERT = `
  INSERT INTO outbox (relay, seq, topic, key, partition_key, partition, value, headers)
  SELECT $1, seq, topic, key, partition_key, partition,
    CASE WHEN length >= 0 THEN substr($9::bytea, start, length) END, headers
  FROM unnest(
    $2::bigint[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::integer[], $8::integer[], $10::jsonb[]
  ) AS row (seq, topic, key, partition_key, partition, start, length, headers)`;

/** The length of a value that is null. */
const NULL_LENGTH = -1;

/** The one statement that inserts rows; to be run within their transaction. */
export function insertion(relay: number, rows: readonly OutboxRow[]): PgStatement {
  const values = rows.map(({ record }) =>
    typeof record.value === 'string' ? Buffer.from(record.value) : record.value,
  );
  let next = 1;
  const starts = values.map((value) => {
    const start = next;
    next += value?.length ?? 0;
    return start;
  });
  return {
    name: 'tollgate-outbox-insert',
    text: INSERT,
    values: [
      relay,
      rows.map(({ seq }) => seq),
      rows.map(({ record }) => record.topic),
      rows.map(({ record }) => record.key),
      rows.map(({ record }) => record.partitionKey ?? null),
      rows.map(({ record }) => record.partition ?? null),
      starts,
      values.map((value) => value?.length ?? NULL_LENGTH),
      Buffer.concat(values.filter((value) => value !== null)),
      rows.map(({ record }) => storedHeaders(record.headers)),
    ],
  };
}

/** A row as the driver gives it: our own table, our own columns. */
interface StoredRow {
  readonly seq: string;
  readonly topic: string;
  readonly key: string;
  readonly partition_key: string | null;
  readonly partition: number | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, StoredHeader>;
  readonly aged: boolean;
}

/** A row that was read back. */
export interface ReadRow extends OutboxRow {
  /** So long ago that no transaction of that time can still be under way. */
  readonly aged: boolean;
}

const readRow = (row: StoredRow): ReadRow => ({
  seq: Number(row.seq),
  aged: row.aged,
  record: {
    topic: row.topic,
    key: row.key,
    value: row.value,
    headers: Object.fromEntries(Object.entries(row.headers).map(([name, value]) => [name, headerOf(value)])),
    ...(row.partition_key === null ? {} : { partitionKey: row.partition_key }),
    ...(row.partition === null ? {} : { partition: row.partition }),
  },
});

/** After this time a number without a row will never get one: its transaction was rolled back. */
export const HOLE_CLOSES_AFTER_MS = 60_000;

const COLUMNS = `seq, topic, key, partition_key, partition, value, headers,
  created_at < now() - interval '${HOLE_CLOSES_AFTER_MS} milliseconds' AS aged`;

/** The rows of a relay with those numbers, as far as they are there, in order. */
export async function readRows(
  database: Queryable,
  relay: number,
  seqs: readonly number[],
): Promise<ReadRow[]> {
  const sql = `SELECT ${COLUMNS} FROM outbox WHERE relay = $1 AND seq = ANY($2::bigint[]) ORDER BY seq`;
  const rows = (await database.query(sql, [relay, seqs])) as StoredRow[];
  return rows.map(readRow);
}

/** The first rows of a relay beyond a number, in order. */
export async function readRowsAfter(
  database: Queryable,
  relay: number,
  after: number,
  limit: number,
): Promise<ReadRow[]> {
  const sql = `SELECT ${COLUMNS} FROM outbox WHERE relay = $1 AND seq > $2 ORDER BY seq LIMIT $3`;
  const rows = (await database.query(sql, [relay, after, limit])) as StoredRow[];
  return rows.map(readRow);
}

/** Notes that everything of a relay up to a number has gone out. */
export async function notePublished(database: Queryable, relay: number, through: number): Promise<void> {
  await database.query(
    'UPDATE outbox_relay SET published_through = $2 WHERE relay = $1 AND published_through < $2',
    [relay, through],
  );
}
