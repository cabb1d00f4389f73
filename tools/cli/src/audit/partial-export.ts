import { createHash, type Hash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import {
  type ExportHeader,
  ExportFormatError,
  LineReader,
  parseExportHeader,
  parseExportRecord,
} from '@tollgate/ledger';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';

const MAX_LINE_BYTES = 256 * 1024 * 1024;

/** What an export that was cut off left behind, up to its last whole record. */
export interface PartialExport {
  readonly header: ExportHeader;
  /** The first line with its newline. */
  readonly headerLine: string;
  /** The last record's sequence number. */
  readonly after: number;
  readonly records: number;
  /** Over every byte that is kept. */
  readonly hash: Hash;
}

/**
 * Reads the file of an export that was cut off, and cuts it back to its last whole record.
 * @returns undefined when there is no record in it: then it is begun anew
 * @throws CommandError when it is no export
 */
export async function readPartialExport(file: string): Promise<PartialExport | undefined> {
  if (!existsSync(file)) return undefined;
  const lines = new LineReader(MAX_LINE_BYTES);
  let headerLine: string | undefined;
  let header: ExportHeader | undefined;
  let last: { line: string; end: number; hash: Hash } | undefined;
  let records = 0;
  let at = 0;
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
      for (const { bytes } of lines.push(chunk as Uint8Array)) {
        at += bytes.length;
        hash.update(bytes);
        const line = bytes.toString();
        if (header === undefined) {
          headerLine = line;
          header = parseExportHeader(line.slice(0, -1));
        } else if (line.startsWith('{"seq":')) {
          records += 1;
          last = { line, end: at, hash: hash.copy() };
        }
      }
    }
    if (header === undefined || headerLine === undefined || last === undefined) return undefined;
    const { seq } = parseExportRecord(last.line.slice(0, -1));
    await truncate(file, last.end);
    return { header, headerLine, after: seq, records, hash: last.hash };
  } catch (error) {
    if (!(error instanceof ExportFormatError || error instanceof RangeError)) throw error;
    throw new CommandError(`${file} is no part of an export: ${error.message}`, EXIT_CODE.usage);
  }
}
