/** The object ids of Postgres' types, from its catalog. */
const OIDS = { bytea: 17, int8: 20, int4: 23, text: 25, timestamptz: 1184, uuid: 2950 } as const;
type ColumnType = keyof typeof OIDS;

/** The length by which the wire format says NULL. */
const NULL_LENGTH = -1;
const HEADER_BYTES = 20;
/** 2000-01-01 UTC, from which Postgres counts, in ms since 1970. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
const TWO_32 = 4_294_967_296;
/** The end of the year 9999. */
const LATEST_MS = 253_402_300_799_999;
/** What a buffer that once had to hold a very large record is cut back to. */
const LARGEST_KEPT = 4 * 1024 * 1024;
const LONGEST_CHARACTER = 3;

/**
 * True for a time (ms since 1970) that has a date: a record's time is what its writer said, so it may be anything. One
 * that has none is stored as NULL.
 */
export const isDatedTime = (ms: number): boolean => ms >= 0 && ms <= LATEST_MS;

/**
 * Writes the columns of a batch as array parameters in Postgres' binary format (`array_send`), one parameter a column.
 * A whole batch is then one statement of always the same text, and no byte is escaped, copied into hex or parsed.
 * The buffers it gives are good until {@link reset}.
 */
export class BinaryColumns {
  #buffer: Buffer;
  #start = 0;
  #end = 0;

  /** @param capacity bytes to begin with; it grows */
  constructor(private readonly capacity: number) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  /** Takes back what was given: call it when the statement that used it has been sent. */
  reset(): void {
    if (this.#buffer.length > LARGEST_KEPT) this.#buffer = Buffer.allocUnsafe(this.capacity);
    this.#start = 0;
    this.#end = 0;
  }

  bytea<T>(rows: readonly T[], value: (row: T) => Buffer | null): Buffer {
    return this.#column('bytea', rows, (row) => {
      const bytes = value(row);
      if (bytes === null) return this.#null();
      this.#reserve(bytes.length);
      this.#int32(bytes.length);
      this.#end += bytes.copy(this.#buffer, this.#end);
    });
  }

  /** A `bytea` column of values that are given in hex. */
  hex<T>(rows: readonly T[], value: (row: T) => string): Buffer {
    return this.#column('bytea', rows, (row) => this.#hex(value(row)));
  }

  /** @param value without a NUL character, which Postgres' text cannot hold */
  text<T>(rows: readonly T[], value: (row: T) => string | undefined): Buffer {
    return this.#column('text', rows, (row) => {
      const text = value(row);
      if (text === undefined) return this.#null();
      this.#reserve(text.length * LONGEST_CHARACTER);
      const at = this.#end;
      this.#end += 4;
      const length = this.#buffer.write(text, this.#end);
      this.#buffer.writeInt32BE(length, at);
      this.#end += length;
    });
  }

  uuid<T>(rows: readonly T[], value: (row: T) => string | undefined): Buffer {
    return this.#column('uuid', rows, (row) => {
      const uuid = value(row);
      if (uuid === undefined) return this.#null();
      this.#hex(uuid.replaceAll('-', ''));
    });
  }

  int4<T>(rows: readonly T[], value: (row: T) => number): Buffer {
    return this.#column('int4', rows, (row) => {
      this.#int32(4);
      this.#int32(value(row));
    });
  }

  int8<T>(rows: readonly T[], value: (row: T) => bigint): Buffer {
    return this.#column('int8', rows, (row) => {
      this.#int32(8);
      this.#end = this.#buffer.writeBigInt64BE(value(row), this.#end);
    });
  }

  /** @param value ms since 1970 */
  timestamptz<T>(rows: readonly T[], value: (row: T) => number): Buffer {
    return this.#column('timestamptz', rows, (row) => {
      const ms = value(row);
      if (!isDatedTime(ms)) return this.#null();
      const micros = (Math.trunc(ms) - POSTGRES_EPOCH_MS) * 1000;
      this.#int32(8);
      this.#int32(Math.floor(micros / TWO_32));
      this.#end = this.#buffer.writeUInt32BE(((micros % TWO_32) + TWO_32) % TWO_32, this.#end);
    });
  }

  #column<T>(type: ColumnType, rows: readonly T[], put: (row: T) => void): Buffer {
    this.#reserve(HEADER_BYTES);
    for (const word of [1, 1, OIDS[type], rows.length, 1]) this.#int32(word);
    for (const row of rows) {
      this.#reserve(0);
      put(row);
    }
    const column = this.#buffer.subarray(this.#start, this.#end);
    this.#start = this.#end;
    return column;
  }

  #null(): void {
    this.#int32(NULL_LENGTH);
  }

  #int32(value: number): void {
    this.#end = this.#buffer.writeInt32BE(value, this.#end);
  }

  #hex(hex: string): void {
    this.#int32(hex.length / 2);
    this.#end += this.#buffer.write(hex, this.#end, 'hex');
  }

  /** Makes room for some bytes and for any value of fixed size. Earlier columns keep the buffer they lie in. */
  #reserve(bytes: number): void {
    const needed = bytes + 64;
    if (this.#end + needed <= this.#buffer.length) return;
    const begun = this.#buffer.subarray(this.#start, this.#end);
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, 2 * (begun.length + needed)));
    begun.copy(larger);
    this.#buffer = larger;
    this.#end = begun.length;
    this.#start = 0;
  }
}
