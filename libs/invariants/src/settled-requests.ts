import { hash } from 'node:crypto';
import { DIGESTS_LENGTH, NO_DIGEST } from './digest.js';
import { type ReleaseSummary } from './release-facts.js';

/** What is kept of a request that is settled. */
export interface SettledRequest {
  /** The digests of its stages, one after the other. */
  readonly stages: string;
  /** Of its release, if it has one. */
  readonly release: ReleaseSummary | undefined;
}

const KEY_BYTES = 16;
const STAGES_BYTES = DIGESTS_LENGTH / 2;
const CONTENT_BYTES = NO_DIGEST.length / 2;
/** Where what stands in a row. */
const AT_STAGES = KEY_BYTES;
const AT_CONTENT = AT_STAGES + STAGES_BYTES;
const AT_EXPIRY = AT_CONTENT + CONTENT_BYTES;
const AT_REDEMPTION = AT_EXPIRY + 8;
const AT_FLAGS = AT_REDEMPTION + 8;
const ROW_BYTES = AT_FLAGS + 1;

const HAS_RELEASE = 1;
const IS_REDEEMED = 2;
const IS_REVOKED = 4;

const FIRST_ROWS = 1024;
/** Slots per row: with half of them free a search ends after one or two. */
const SPARSE = 2;

/**
 * What settled requests came to, in a table of about 100 bytes each: a ledger of years has many, and none may be forgotten, lest a
 * second release of it went unseen. Requests are known by 16 bytes of the SHA-256 of their ids.
 */
export class SettledRequests {
  /** The number of a row and 1, or 0, at the place that its key gives or the next free one. */
  #slots = new Int32Array(FIRST_ROWS * SPARSE);
  #rows = Buffer.alloc(FIRST_ROWS * ROW_BYTES);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param id of the request */
  get(id: string): SettledRequest | undefined {
    const nth = this.#slots[this.#slotOf(keyOf(id))] ?? 0;
    return nth === 0 ? undefined : read(this.#row(nth - 1));
  }

  /** Keeps a request, or what became of it since. */
  set(id: string, settled: SettledRequest): void {
    const key = keyOf(id);
    let slot = this.#slotOf(key);
    let nth = this.#slots[slot] ?? 0;
    if (nth === 0) {
      if (this.#grow()) slot = this.#slotOf(key);
      this.#size += 1;
      nth = this.#size;
      this.#slots[slot] = nth;
      key.copy(this.#row(nth - 1));
    }
    write(this.#row(nth - 1), settled);
  }

  #row(nth: number): Buffer {
    return this.#rows.subarray(nth * ROW_BYTES, (nth + 1) * ROW_BYTES);
  }

  #slotOf(key: Buffer): number {
    const slots = this.#slots;
    let slot = key.readUInt32BE() % slots.length;
    for (let nth = slots[slot] ?? 0; nth !== 0; nth = slots[slot] ?? 0) {
      const at = (nth - 1) * ROW_BYTES;
      if (key.compare(this.#rows, at, at + KEY_BYTES) === 0) return slot;
      slot = (slot + 1) % slots.length;
    }
    return slot;
  }

  /** Makes room for one more; true when every slot has moved. */
  #grow(): boolean {
    const rows = this.#rows.length / ROW_BYTES;
    if (this.#size < rows) return false;
    this.#rows = Buffer.concat([this.#rows], rows * 2 * ROW_BYTES);
    this.#slots = new Int32Array(rows * 2 * SPARSE);
    for (let nth = 0; nth < this.#size; nth += 1)
      this.#slots[this.#slotOf(this.#row(nth).subarray(0, KEY_BYTES))] = nth + 1;
    return true;
  }
}

const keyOf = (id: string): Buffer => hash('sha256', id, 'buffer').subarray(0, KEY_BYTES);

function read(row: Buffer): SettledRequest {
  const flags = row[AT_FLAGS] ?? 0;
  return {
    stages: row.toString('hex', AT_STAGES, AT_CONTENT),
    release:
      (flags & HAS_RELEASE) === 0
        ? undefined
        : {
            contentDigest: row.toString('hex', AT_CONTENT, AT_EXPIRY),
            expiresAt: row.readDoubleBE(AT_EXPIRY),
            redeemedAt: (flags & IS_REDEEMED) === 0 ? undefined : row.readDoubleBE(AT_REDEMPTION),
            isRevoked: (flags & IS_REVOKED) !== 0,
          },
  };
}

function write(row: Buffer, { stages, release }: SettledRequest): void {
  row.write(stages, AT_STAGES, 'hex');
  row[AT_FLAGS] = 0;
  if (release === undefined) return;
  const { contentDigest, expiresAt, redeemedAt, isRevoked } = release;
  row.write(contentDigest, AT_CONTENT, 'hex');
  row.writeDoubleBE(expiresAt, AT_EXPIRY);
  row.writeDoubleBE(redeemedAt ?? 0, AT_REDEMPTION);
  row[AT_FLAGS] = HAS_RELEASE | (redeemedAt === undefined ? 0 : IS_REDEEMED) | (isRevoked ? IS_REVOKED : 0);
}
