const NEWLINE = 0x0a;

/** A line with its newline, where it has one. */
export interface Line {
  /** From 1 on. */
  readonly number: number;
  /** With the newline. */
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

/** Cuts a stream of bytes into lines. It keeps one line in memory. */
export class LineReader {
  #rest: Buffer[] = [];
  #restBytes = 0;
  #number = 0;

  /** @param maxBytes of one line */
  constructor(private readonly maxBytes: number) {}

  /**
   * The lines that are whole now.
   * @throws RangeError for a line that is longer than allowed
   */
  *push(chunk: Uint8Array): Generator<Line> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let begin = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, begin)) {
      const piece = bytes.subarray(begin, end + 1);
      begin = end + 1;
      yield this.#line(this.#rest.length === 0 ? piece : Buffer.concat([...this.#rest, piece]), true);
      this.#rest = [];
      this.#restBytes = 0;
    }
    if (begin === bytes.length) return;
    const rest = bytes.subarray(begin);
    this.#restBytes += rest.length;
    if (this.#restBytes > this.maxBytes) throw new RangeError(`line ${this.#number + 1} is too long`);
    this.#rest.push(rest);
  }

  /** What is left at the end: a line without a newline, if anything. */
  *end(): Generator<Line> {
    if (this.#rest.length > 0) yield this.#line(Buffer.concat(this.#rest), false);
    this.#rest = [];
  }

  /** The number of the line that comes next. */
  get next(): number {
    return this.#number + 1;
  }

  #line(bytes: Buffer, isWhole: boolean): Line {
    this.#number += 1;
    return { number: this.#number, bytes, isWhole };
  }
}
