import { createHash } from 'node:crypto';
import { type Checkpoint, formatCheckpoint, type LaneEnd } from '../checkpoint.js';
import { encodeExportFooter, type ExportKind, type ExportRecord } from '../export-format.js';
import { leafHash } from '../leaf.js';
import { newSigner, type NoteSignerKey } from '../note-keys.js';
import { readRoot } from '../proofs.js';
import { hashOf } from '../record-bytes.js';
import { signNote } from '../signed-note.js';
import { writeExport } from '../write-export.js';
import { memoryTree } from './memory-tree.js';

export const ORIGIN = 'tollgate/test/ledger';
/** The ledger's key, and the key of somebody who would like to be the ledger. */
export const aSigner: NoteSignerKey = newSigner({ name: ORIGIN, seed: Buffer.alloc(32, 1) });
export const anImpostor: NoteSignerKey = newSigner({ name: ORIGIN, seed: Buffer.alloc(32, 2) });

const BEGUN = Date.UTC(2026, 10, 2, 9);

/** Records of two topics in two partitions each; every ninth one is withheld. */
export function someRecords(count: number): ExportRecord[] {
  return Array.from({ length: count }, (_, seq): ExportRecord => {
    const bytes = {
      key: seq % 3 === 0 ? null : Buffer.from(`key ${seq}`),
      headers: null,
      value: Buffer.from(JSON.stringify({ event: seq, note: 'what was decided' })),
    };
    const isWithheld = seq % 9 === 8;
    return {
      seq,
      form: isWithheld ? 'withheld' : 'as-they-came',
      arrivedAt: BEGUN + 10 * seq,
      brokerTime: seq % 7 === 0 ? null : BEGUN + 10 * seq - 3,
      topic: seq % 2 === 0 ? 'vote.cast' : 'decision.made',
      partition: Math.floor(seq / 2) % 2,
      offset: BigInt(Math.floor(seq / 4)),
      sha256: Buffer.from(hashOf(bytes), 'hex'),
      ...(!isWithheld && { bytes }),
    };
  });
}

/** Where the partitions stand after some records. */
export function laneEnds(records: readonly ExportRecord[]): LaneEnd[] {
  const ends = new Map<string, LaneEnd>();
  for (const { topic, partition, offset } of records) {
    ends.set(`${topic}/${partition}`, { topic, partition, next: offset + 1n });
  }
  return [...ends.values()];
}

/** What differs between the exports of a spec. */
export interface ExportOptions {
  readonly kind?: ExportKind;
  readonly from?: number;
  readonly to?: number;
  /** How many of the records the checkpoint is about. */
  readonly size?: number;
  readonly signer?: NoteSignerKey;
  /** Which of the records a filter lets through. */
  readonly keep?: (record: ExportRecord) => boolean;
  readonly after?: number;
  readonly lanes?: readonly LaneEnd[];
}

/** The signed checkpoint over the first of some records. */
export async function aCheckpoint(
  records: readonly ExportRecord[],
  { size = records.length, signer = aSigner, lanes }: ExportOptions = {},
): Promise<string> {
  const counted = records.slice(0, size);
  const tree = await memoryTree(counted.map(leafHash));
  const checkpoint: Checkpoint = {
    origin: ORIGIN,
    size,
    root: await readRoot(size, tree.nodes(size)),
    lanes: lanes ?? laneEnds(counted),
    at: BEGUN + 10 * records.length,
  };
  return signNote(formatCheckpoint(checkpoint), [signer]);
}

/** The lines of an export of some records, without their newlines. */
export async function exportLines(
  records: readonly ExportRecord[],
  options: ExportOptions = {},
): Promise<string[]> {
  const { kind = 'contiguous', from = 0, size = records.length, keep = () => true, after } = options;
  const { to = size } = options;
  const tree = await memoryTree(records.slice(0, size).map(leafHash));
  const written = writeExport({
    header: {
      kind,
      range: { from, to },
      ...(kind === 'filtered' && { filter: { topic: 'some' } }),
      checkpoint: await aCheckpoint(records, options),
    },
    size,
    nodes: tree.nodes(size),
    records: records.slice(from, to).filter((record) => keep(record) && record.seq > (after ?? -1)),
    after,
  });
  const lines: string[] = [];
  for await (const line of written) lines.push(line.slice(0, -1));
  return lines;
}

/** A file of lines. */
export const fileOf = (lines: readonly string[]): Buffer =>
  Buffer.from(lines.map((line) => `${line}\n`).join(''));

/** The lines with a last one that fits them, as somebody would write it who has changed them. */
export function withFooter(lines: readonly string[], count: number): string[] {
  const sha256 = createHash('sha256').update(fileOf(lines)).digest('hex');
  return [...lines, encodeExportFooter({ count, sha256 })];
}
