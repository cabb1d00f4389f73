import { createHash } from 'node:crypto';
import { type OpenedCheckpoint, openCheckpoint } from './checkpoint.js';
import { type ExportFault, ExportFaultError } from './export-fault.js';
import {
  ExportFormatError,
  type ExportHeader,
  isExportBlock,
  isExportFooter,
  parseExportBlock,
  parseExportFooter,
  parseExportHeader,
  parseExportRecord,
} from './export-format.js';
import { type ExportVerdict, type VerifyOptions } from './export-verdict.js';
import { type Line, LineReader } from './line-reader.js';
import { RecordCheck } from './record-check.js';
import { NoteError } from './signed-note.js';

/** The largest record of a topic is a few MB; a line of an export has a third more. */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

/** What a file is found to be, line by line. */
class Verification {
  readonly #options: VerifyOptions;
  readonly #hash = createHash('sha256');
  header?: ExportHeader;
  checkpoint?: OpenedCheckpoint;
  records?: RecordCheck;
  #isAtEnd = false;

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  take({ number, bytes, isWhole }: Line): void {
    const line = bytes.toString('utf8', 0, isWhole ? bytes.length - 1 : bytes.length);
    if (this.#isAtEnd) throw faultAt(number, 'there is something after the last line');
    if (!isWhole) throw faultAt(number, 'the file is cut off in the middle of a line');
    if (this.records === undefined) this.#begin(line);
    else if (isExportFooter(line)) return this.#end(line, number, this.records);
    else if (isExportBlock(line)) this.records.takeBlock(parseExportBlock(line), number);
    else this.records.takeRecord(parseExportRecord(line), number);
    this.#hash.update(bytes);
  }

  finish(next: number): void {
    if (this.records === undefined) throw faultAt(next, 'the file is empty');
    if (!this.#isAtEnd) throw faultAt(next, `the file is cut off: ${this.records.expected} should come next`);
  }

  #begin(line: string): void {
    const header = parseExportHeader(line);
    this.header = header;
    const { key, witnesses } = this.#options;
    const checkpoint = openCheckpoint(header.checkpoint, key, witnesses);
    this.checkpoint = checkpoint;
    if (header.range.to > checkpoint.size) {
      throw faultAt(
        1,
        `the range ends at ${header.range.to}, beyond the checkpoint's ${checkpoint.size} records`,
      );
    }
    this.#options.onHeader?.(header, checkpoint);
    this.records = new RecordCheck(header, checkpoint, this.#options);
  }

  #end(line: string, number: number, records: RecordCheck): void {
    const { count, sha256 } = parseExportFooter(line);
    records.finish(number);
    if (count !== records.count)
      throw faultAt(number, `the last line counts ${count} records, not ${records.count}`);
    if (sha256 !== this.#hash.digest('hex'))
      throw faultAt(number, "the file's bytes are not those that the last line is about");
    this.#isAtEnd = true;
  }
}

const faultAt = (line: number, why: string): ExportFaultError => new ExportFaultError({ line, why });

/** The fault that an error means; any other error is none of the file's. */
function faultOf(error: unknown, line: number): ExportFault {
  if (error instanceof ExportFaultError) return error.fault;
  if (error instanceof ExportFormatError || error instanceof NoteError || error instanceof RangeError) {
    return { line, why: error.message };
  }
  throw error;
}

/**
 * Verifies an export as a stream, in constant memory, with nothing but its bytes and the public key: the checkpoint's
 * signatures; of each record its hash from its bytes, its leaf against the tree under the checkpoint, its place in the
 * order; of a contiguous export that no record of the range is missing.
 * @returns what is wrong first, if anything; the file is read up to there
 */
export async function verifyExport(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: VerifyOptions,
): Promise<ExportVerdict> {
  const verification = new Verification(options);
  const lines = new LineReader(MAX_LINE_BYTES);
  let line = 1;
  let fault: ExportFault | undefined;
  const takeAll = (whole: Iterable<Line>): void => {
    for (const next of whole) {
      line = next.number;
      verification.take(next);
    }
  };
  try {
    for await (const chunk of chunks) takeAll(lines.push(chunk));
    takeAll(lines.end());
    verification.finish(lines.next);
  } catch (error) {
    fault = faultOf(error, line);
  }
  const { header, checkpoint, records } = verification;
  const isWhole = header?.range.from === 0 && header.range.to === checkpoint?.size;
  return {
    ...(fault && { fault }),
    ...(header && { header }),
    ...(checkpoint && { checkpoint }),
    records: records?.count ?? 0,
    withheld: records?.withheld ?? 0,
    encrypted: records?.encrypted ?? 0,
    gaps: records?.gaps ?? 0,
    completeness: fault !== undefined || header?.kind !== 'contiguous' ? 'none' : isWhole ? 'whole' : 'range',
  };
}
