import { type Checkpoint, compareLanes, type LaneEnd } from './checkpoint.js';
import { type ExportRecord } from './export-format.js';

/** Offsets that the ledger has no record of: from the first one up to, not including, the last. */
export interface OffsetGap {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
  /** The record after them. */
  readonly seq: number;
}

const laneName = ({ topic, partition }: Pick<LaneEnd, 'topic' | 'partition'>): string =>
  `${topic}/${partition}`;

/**
 * Follows the offsets of each partition through an export: they rise, they stay below what the checkpoint says, and where
 * the export ends with the checkpoint they end there too.
 */
export class LaneEnds {
  readonly #last = new Map<string, LaneEnd>();
  readonly #promised: ReadonlyMap<string, LaneEnd>;

  /** @param fromStart whether the records are all from the first one on, so that a partition must begin at 0 */
  constructor(
    { lanes }: Checkpoint,
    private readonly fromStart: boolean,
  ) {
    this.#promised = new Map(lanes.map((lane) => [laneName(lane), lane]));
  }

  /** @returns what is wrong with the place of a record, or the gap before it; undefined where it simply comes next */
  follow({ topic, partition, offset, seq }: ExportRecord): string | OffsetGap | undefined {
    const name = laneName({ topic, partition });
    const last = this.#last.get(name);
    const promised = this.#promised.get(name);
    if (promised === undefined) return `the checkpoint knows no partition ${name}`;
    if (offset >= promised.next)
      return `the checkpoint says that ${name} ends before offset ${promised.next}`;
    if (last !== undefined && offset < last.next) {
      return `the offset does not rise: ${name} is at ${last.next} already, so a record is there twice or not in order`;
    }
    this.#last.set(name, { topic, partition, next: offset + 1n });
    const from = last?.next ?? (this.fromStart ? 0n : offset);
    return from === offset ? undefined : { topic, partition, from, to: offset, seq };
  }

  /** What is wrong at the end of an export that ends with its checkpoint. */
  atEnd(): string | undefined {
    for (const [name, promised] of this.#promised) {
      const next = this.#last.get(name)?.next ?? (this.fromStart ? 0n : promised.next);
      if (next !== promised.next) {
        return `${name} ends before offset ${next}, and the checkpoint says ${promised.next}: records are missing`;
      }
    }
    return undefined;
  }

  /** Where each partition stands, in the order of a checkpoint. */
  get ends(): readonly LaneEnd[] {
    return [...this.#last.values()].sort(compareLanes);
  }
}
