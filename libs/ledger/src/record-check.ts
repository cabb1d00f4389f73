import { type OpenedCheckpoint } from './checkpoint.js';
import { type ExportBlock, type ExportHeader, type ExportRecord } from './export-format.js';
import { ExportFaultError } from './export-fault.js';
import { type VerifyOptions } from './export-verdict.js';
import { LaneEnds } from './lane-ends.js';
import { leafHash } from './leaf.js';
import { isIncluded } from './proofs.js';
import { hashOf } from './record-bytes.js';
import { TILE_WIDTH } from './tiles.js';
import { TreeEdge } from './tree-edge.js';
import { nodesOf } from './tree-nodes.js';
import { UntilCheck } from './until-check.js';

/** Whether the hashes of a block are those of the tree. */
function isOfTree({ range, hashes, edge }: ExportBlock, { size, root }: OpenedCheckpoint): boolean {
  const after = nodesOf({ from: range.to, to: size });
  if (after.length !== edge.after.length) return false;
  const tree = TreeEdge.of(range.from, edge.before);
  for (const hash of hashes) tree.append(hash);
  for (const [nth, hash] of edge.after.entries()) tree.appendNode(after[nth]?.level ?? 0, hash);
  return tree.root().equals(root);
}

/** Judges the records of an export, one after the other. It keeps one block and the last offset of each partition. */
export class RecordCheck {
  count = 0;
  withheld = 0;
  encrypted = 0;
  gaps = 0;
  #next: number;
  #block: ExportBlock | undefined;
  #lastArrival = 0;
  readonly #lanes: LaneEnds;
  readonly #until: UntilCheck | undefined;

  constructor(
    private readonly header: ExportHeader,
    private readonly checkpoint: OpenedCheckpoint,
    private readonly options: VerifyOptions,
  ) {
    this.#next = header.range.from;
    this.#lanes = new LaneEnds(checkpoint, header.kind === 'contiguous' && header.range.from === 0);
    this.#until = options.until && new UntilCheck(options.until, header, checkpoint);
  }

  /** What should come next, for people. */
  get expected(): string {
    const { kind, range } = this.header;
    return kind === 'filtered' || this.#next === range.to ? 'the last line' : `record ${this.#next}`;
  }

  /** @throws ExportFaultError when the block is not the next one, or its hashes are not those of the tree */
  takeBlock(block: ExportBlock, line: number): void {
    const { kind, range } = this.header;
    const { from, to } = block.range;
    const fault = (why: string): never => {
      throw new ExportFaultError({ line, seq: this.#next, why });
    };
    if (kind !== 'contiguous') fault('a filtered export has no blocks');
    if (this.#next === range.to) fault('records follow after the end of the range');
    if (from !== this.#next || (this.#block !== undefined && this.#block.range.to !== from)) {
      fault(
        `${this.expected} should come next, and a block from ${from} on does: records are missing or not in order`,
      );
    }
    if (to !== Math.min(range.to, (Math.floor(from / TILE_WIDTH) + 1) * TILE_WIDTH)) {
      fault(`the block from ${from} on does not end where it should`);
    }
    if (!isOfTree(block, this.checkpoint)) {
      fault(`the hashes of the records ${from} to ${to - 1} are not those of the tree under the checkpoint`);
    }
    this.#block = block;
    this.#until?.takeBlock(block, line);
  }

  /** @throws ExportFaultError when anything about the record is wrong */
  takeRecord(record: ExportRecord, line: number): void {
    const { seq, topic, partition, offset } = record;
    const wrong = this.#wrong(record);
    if (wrong !== undefined) {
      throw new ExportFaultError({ line, seq, place: `${topic}/${partition}/${offset}`, why: wrong });
    }
    const followed = this.#lanes.follow(record);
    if (typeof followed === 'string') {
      throw new ExportFaultError({ line, seq, place: `${topic}/${partition}/${offset}`, why: followed });
    }
    this.#next = seq + 1;
    this.#lastArrival = record.arrivedAt;
    this.count += 1;
    if (record.form === 'withheld') this.withheld += 1;
    if (record.form === 'encrypted') this.encrypted += 1;
    // What a filter left out is no gap.
    if (followed !== undefined && this.header.kind === 'contiguous') {
      this.gaps += 1;
      this.options.onGap?.(followed, line);
    }
    this.options.onRecord?.(record, line);
  }

  /** @throws ExportFaultError when records are missing at the end */
  finish(line: number): void {
    const { kind, range } = this.header;
    if (kind === 'contiguous' && this.#next !== range.to) {
      throw new ExportFaultError({
        line,
        seq: this.#next,
        why: `the file ends, and ${this.expected} of the range up to ${range.to} should come next`,
      });
    }
    const atEnd =
      kind === 'contiguous' && range.to === this.checkpoint.size && (range.from === 0 || this.count > 0)
        ? this.#lanes.atEnd()
        : undefined;
    if (atEnd !== undefined) throw new ExportFaultError({ line, why: atEnd });
    this.#until?.finish(line);
  }

  #wrong(record: ExportRecord): string | undefined {
    return this.#wrongPlace(record) ?? this.#wrongBytes(record) ?? this.#wrongLeaf(record);
  }

  #wrongPlace({ seq, arrivedAt }: ExportRecord): string | undefined {
    const { kind, range } = this.header;
    if (seq >= range.to) return `the range ends before record ${range.to}`;
    if (kind === 'contiguous' && seq !== this.#next) {
      return `record ${this.#next} should come next, and record ${seq} does: one is missing, there twice, or not in order`;
    }
    if (seq < this.#next)
      return `record ${seq} comes after record ${this.#next - 1}: not in order, or there twice`;
    if (arrivedAt < this.#lastArrival) return 'it arrived before the record before it';
    if (arrivedAt > this.checkpoint.at) return 'it arrived after the checkpoint was made';
    return undefined;
  }

  #wrongBytes({ form, bytes, sha256 }: ExportRecord): string | undefined {
    if (form === 'withheld') return undefined;
    if (bytes === undefined) return 'its bytes are missing';
    return hashOf(bytes) === Buffer.from(sha256).toString('hex')
      ? undefined
      : 'its bytes do not have its hash';
  }

  #wrongLeaf(record: ExportRecord): string | undefined {
    const { kind } = this.header;
    const { seq, proof } = record;
    const hash = leafHash(record);
    if (kind === 'contiguous') {
      if (proof !== undefined) return 'it has a proof, which a contiguous export has not';
      const block = this.#block;
      if (block === undefined || seq >= block.range.to) return 'no block before it holds its hash';
      return block.hashes[seq - block.range.from]?.equals(hash)
        ? undefined
        : 'it is not the record that is at this place of the tree under the checkpoint';
    }
    const { size, root } = this.checkpoint;
    return proof !== undefined && isIncluded({ leafHash: hash, index: seq, size, proof, root })
      ? undefined
      : 'nothing proves that it is at this place of the tree under the checkpoint';
  }
}
