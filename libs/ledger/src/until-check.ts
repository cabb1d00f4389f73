import { type OpenedCheckpoint } from './checkpoint.js';
import { ExportFaultError } from './export-fault.js';
import { type ExportBlock, type ExportHeader } from './export-format.js';
import { TreeEdge } from './tree-edge.js';

/**
 * Compares an export with checkpoints that were kept elsewhere: it must reach as far as the largest, and the records up
 * to each of them must be those that the checkpoint is about.
 */
export class UntilCheck {
  /** Smallest first. */
  readonly #kept: readonly OpenedCheckpoint[];
  readonly #largest: OpenedCheckpoint;
  #tree: TreeEdge | undefined;
  /** How many of the kept ones lie behind. */
  #passed = 0;
  #isCompared = false;

  /** @throws ExportFaultError when the export cannot agree with the checkpoints, whatever its records are */
  constructor(
    kept: readonly OpenedCheckpoint[],
    private readonly header: ExportHeader,
    own: OpenedCheckpoint,
  ) {
    const { kind, range } = header;
    this.#kept = kept.toSorted((a, b) => a.size - b.size);
    const largest = this.#kept.at(-1);
    if (largest === undefined) throw fault(1, 'there is no checkpoint to reach');
    this.#largest = largest;
    for (const { origin, size, root } of this.#kept) {
      if (origin !== own.origin) throw fault(1, `the checkpoint to reach is of ${origin}`);
      if (size !== own.size) continue;
      if (!root.equals(own.root)) {
        throw fault(1, `two checkpoints of ${size} records have different roots: the ledger was changed`);
      }
      this.#isCompared = true;
    }
    if (largest.size > own.size) throw fault(1, missing(own.size, largest.size));
    if (kind === 'filtered' && !this.#isCompared) {
      throw fault(1, `a filtered export is compared with a checkpoint of its own size, ${own.size}, alone`);
    }
    if (kind === 'contiguous' && largest.size < range.from) {
      throw fault(
        1,
        `the checkpoint to reach, of ${largest.size} records, lies before the first one, ${range.from}`,
      );
    }
  }

  /** @param block whose hashes are those of the tree */
  takeBlock({ range, hashes, edge }: ExportBlock, line: number): void {
    if (this.#tree === undefined) {
      this.#tree = TreeEdge.of(range.from, edge.before);
      while ((this.#kept[this.#passed]?.size ?? range.from) < range.from) this.#passed += 1;
    }
    for (const hash of hashes) {
      this.#compare(this.#tree, line);
      this.#tree.append(hash);
    }
    this.#compare(this.#tree, line);
  }

  finish(line: number): void {
    const { kind, range } = this.header;
    if (kind === 'contiguous' && range.to < this.#largest.size)
      throw fault(line, missing(range.to, this.#largest.size));
    if (!this.#isCompared)
      throw fault(line, 'the export is empty: nothing in it can be compared with the checkpoint');
  }

  #compare(tree: TreeEdge, line: number): void {
    for (let next = this.#kept[this.#passed]; next?.size === tree.size; next = this.#kept[this.#passed]) {
      this.#passed += 1;
      this.#isCompared = true;
      if (!tree.root().equals(next.root)) {
        throw fault(
          line,
          `the first ${tree.size} records are not those of a checkpoint to reach: the ledger was changed`,
        );
      }
    }
  }
}

const fault = (line: number, why: string): ExportFaultError => new ExportFaultError({ line, why });

const missing = (has: number, should: number): string =>
  `the export ends with record ${has - 1}, and the checkpoint to reach counts ${should}: ${should - has} records are missing at the end`;
