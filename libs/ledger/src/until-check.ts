import { type OpenedCheckpoint } from './checkpoint.js';
import { ExportFaultError } from './export-fault.js';
import { type ExportBlock, type ExportHeader } from './export-format.js';
import { TreeEdge } from './tree-edge.js';

/**
 * Compares an export with a checkpoint that was kept elsewhere: it must reach as far, and the records up to there must be
 * those that the checkpoint is about.
 */
export class UntilCheck {
  #tree: TreeEdge | undefined;
  #root: Buffer | undefined;

  constructor(
    private readonly until: OpenedCheckpoint,
    private readonly header: ExportHeader,
    private readonly own: OpenedCheckpoint,
  ) {
    const { kind, range } = header;
    if (until.origin !== own.origin) throw fault(1, `the checkpoint to reach is of ${until.origin}`);
    if (until.size === own.size && !until.root.equals(own.root)) {
      throw fault(1, `two checkpoints of ${own.size} records have different roots: the ledger was changed`);
    }
    if (until.size > own.size) throw fault(1, missing(own.size, until.size));
    if (kind === 'filtered' && until.size !== own.size) {
      throw fault(1, `a filtered export is compared with a checkpoint of its own size, ${own.size}, alone`);
    }
    if (kind === 'contiguous' && until.size < range.from) {
      throw fault(
        1,
        `the checkpoint to reach, of ${until.size} records, lies before the export's first, ${range.from}`,
      );
    }
  }

  /** @param block whose hashes are those of the tree */
  takeBlock({ range, hashes, edge }: ExportBlock, line: number): void {
    if (this.#root !== undefined) return;
    const tree = (this.#tree ??= TreeEdge.of(range.from, edge.before));
    for (const hash of hashes) {
      this.#compare(tree, line);
      tree.append(hash);
    }
    this.#compare(tree, line);
  }

  finish(line: number): void {
    const { kind, range } = this.header;
    if (kind === 'contiguous' && range.to < this.until.size)
      throw fault(line, missing(range.to, this.until.size));
    const isCompared = this.#root !== undefined || this.until.size === this.own.size;
    if (!isCompared)
      throw fault(line, 'the export is empty: nothing in it can be compared with the checkpoint to reach');
  }

  #compare(tree: TreeEdge, line: number): void {
    if (tree.size !== this.until.size) return;
    this.#root = tree.root();
    if (!this.#root.equals(this.until.root)) {
      throw fault(
        line,
        `the first ${tree.size} records are not those of the checkpoint to reach: the ledger was changed`,
      );
    }
  }
}

const fault = (line: number, why: string): ExportFaultError => new ExportFaultError({ line, why });

const missing = (has: number, should: number): string =>
  `the export ends with record ${has - 1}, and the checkpoint to reach counts ${should}: ${should - has} records are missing at the end`;
