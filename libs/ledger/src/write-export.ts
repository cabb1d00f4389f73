import { createHash } from 'node:crypto';
import {
  encodeExportBlock,
  encodeExportFooter,
  encodeExportHeader,
  encodeExportRecord,
  type ExportHeader,
  type ExportRecord,
} from './export-format.js';
import { proveInclusion, proveRange, type ReadNodes } from './proofs.js';
import { TILE_WIDTH } from './tiles.js';
import { type LeafRange } from './tree-nodes.js';

/** What an export is written from. */
export interface ExportSource {
  readonly header: ExportHeader;
  /** The size of the checkpoint in the header. */
  readonly size: number;
  /** Of the tree of that size. */
  readonly nodes: ReadNodes;
  /** By rising `seq`, all within the range; of a contiguous export each one of it, or each one after `after`. */
  readonly records: AsyncIterable<ExportRecord> | Iterable<ExportRecord>;
  /** Leaves out the records up to and with this one, for somebody who has them already. */
  readonly after?: number;
}

/** Thrown when the records that came are not those of the range: an export must not lack any and say nothing. */
export class ExportSourceError extends Error {
  override readonly name = 'ExportSourceError';
}

/** The records from one on up to the end of its tile or of the range. */
const blockFrom = (seq: number, { to }: LeafRange): LeafRange => ({
  from: seq,
  to: Math.min(to, (Math.floor(seq / TILE_WIDTH) + 1) * TILE_WIDTH),
});

async function blockLine(seq: number, { header, size, nodes }: ExportSource): Promise<string> {
  const range = blockFrom(seq, header.range);
  const hashes = await nodes(
    Array.from({ length: range.to - range.from }, (_, nth) => ({ level: 0, index: range.from + nth })),
  );
  return encodeExportBlock({ range, hashes, edge: await proveRange(range, size, nodes) });
}

/**
 * Writes an export, line by line, each with its newline: the header; of a contiguous one the blocks and records, of a
 * filtered one each record with its proof; the footer.
 * @throws ExportSourceError when a record of a contiguous export is missing, or one comes twice or not in order
 */
export async function* writeExport(source: ExportSource): AsyncGenerator<string> {
  const { header, size, nodes, records, after } = source;
  const { kind, range } = header;
  const hash = createHash('sha256');
  const line = (text: string): string => {
    const whole = `${text}\n`;
    hash.update(whole);
    return whole;
  };
  let next = after === undefined ? range.from : Math.max(range.from, after + 1);
  let count = 0;
  yield line(encodeExportHeader(header));
  for await (const record of records) {
    const { seq } = record;
    if (seq < next || seq >= range.to || (kind === 'contiguous' && seq !== next)) {
      throw new ExportSourceError(`record ${next} should come next in the export, and ${seq} did`);
    }
    if (kind === 'contiguous') {
      if (seq === range.from || seq % TILE_WIDTH === 0) yield line(await blockLine(seq, source));
      yield line(encodeExportRecord(record));
    } else {
      yield line(encodeExportRecord({ ...record, proof: await proveInclusion(seq, size, nodes) }));
    }
    next = seq + 1;
    count += 1;
  }
  if (kind === 'contiguous' && next !== range.to) {
    throw new ExportSourceError(`the export should end with record ${range.to - 1}, and ends before ${next}`);
  }
  yield `${encodeExportFooter({ count, sha256: hash.digest('hex') })}\n`;
}
