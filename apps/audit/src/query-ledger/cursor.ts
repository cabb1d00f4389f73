import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A position in the ledger: after the record with this arrival and sequence number. */
export interface Position {
  /** ms since 1970 */
  readonly arrivedAt: number;
  readonly seq: bigint;
}

const ARRIVED_AT = 0;
const SEQ = 8;
const QUESTION = 16;
const SEAL = 24;
const SEAL_BYTES = 16;
const LENGTH = SEAL + SEAL_BYTES;

/**
 * Cursors of the ledger's pages: opaque, sealed, and good only for the question they were given for. A later version
 * may refuse one of an earlier; nobody stores them.
 */
export class CursorSeal {
  readonly #key: Buffer;

  /** @param secret anything that stays the same across processes and restarts and is not public */
  constructor(secret: string) {
    this.#key = createHash('sha256').update(`ledger cursor\n${secret}`).digest();
  }

  /** @param question the filters in one text; the same text opens the cursor */
  seal({ arrivedAt, seq }: Position, question: string): string {
    const cursor = Buffer.alloc(LENGTH);
    cursor.writeBigInt64BE(BigInt(arrivedAt), ARRIVED_AT);
    cursor.writeBigInt64BE(seq, SEQ);
    createHash('sha256')
      .update(question)
      .digest()
      .copy(cursor, QUESTION, 0, SEAL - QUESTION);
    this.#sealOf(cursor).copy(cursor, SEAL);
    return cursor.toString('base64url');
  }

  /** @returns undefined for anything that {@link seal} did not give for this question */
  open(text: string, question: string): Position | undefined {
    const cursor = Buffer.from(text, 'base64url');
    if (cursor.length !== LENGTH || cursor.toString('base64url') !== text) return undefined;
    if (!timingSafeEqual(this.#sealOf(cursor), cursor.subarray(SEAL))) return undefined;
    const position = {
      arrivedAt: Number(cursor.readBigInt64BE(ARRIVED_AT)),
      seq: cursor.readBigInt64BE(SEQ),
    };
    return this.seal(position, question) === text ? position : undefined;
  }

  #sealOf(cursor: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(cursor.subarray(0, SEAL)).digest().subarray(0, SEAL_BYTES);
  }
}
