import { type EachBatchPayload } from 'kafkajs';
import { type IncomingRecord } from '../incoming-record.js';
import { type RoundItem } from './digest-round.js';
import { type LaneHandler } from './lane-handler.js';
import { type ConsumerTurn } from './consumer-turn.js';

/** A record as one handler sees it; a record that two handlers see has two. */
interface WorkItem extends RoundItem {
  readonly handler: LaneHandler;
  /** The offset on the lane that it was fetched from: of a retry, not the origin's. */
  readonly fetchedOffset: string;
}

/** The records of one lane of one fetch, on their way through the handlers that they are for. */
export class LaneWork {
  readonly #items: WorkItem[] = [];
  readonly finished: Promise<void>;
  #finish: () => void = () => undefined;

  constructor(
    /** Logical name of the topic. */
    readonly topic: string,
    readonly payload: EachBatchPayload,
    readonly turn: ConsumerTurn,
  ) {
    this.finished = new Promise((resolve) => (this.#finish = resolve));
  }

  /** Adds a record, in the order of the lane. */
  add(handler: LaneHandler, record: IncomingRecord, fetchedOffset: string): void {
    this.#items.push({ handler, record, lane: this, settled: false, fetchedOffset });
  }

  /** How many records it has; one that two handlers see counts twice. */
  get size(): number {
    return this.#items.length;
  }

  /** What is for a handler, and not settled yet. */
  itemsFor(handler: LaneHandler): RoundItem[] {
    return this.#items.filter((item) => item.handler === handler && !item.settled);
  }

  get handlers(): Set<LaneHandler> {
    return new Set(this.#items.map(({ handler }) => handler));
  }

  /**
   * Settles the lane as far as every record before is settled, and hands it back to the consumer.
   * @returns how many records of the lane are settled
   */
  finish(): number {
    const { batch } = this.payload;
    const offsets = [...new Set(this.#items.map(({ fetchedOffset }) => fetchedOffset))];
    const open = this.#items.find(({ settled }) => !settled);
    const settled = open === undefined ? offsets : offsets.slice(0, offsets.indexOf(open.fetchedOffset));
    // The end of the batch may lie beyond its last record: what compaction removed is settled too.
    const last = open === undefined ? batch.lastOffset() : settled.at(-1);
    if (last !== undefined) {
      this.payload.resolveOffset(last);
      this.turn.progress.settle(batch.topic, batch.partition, String(BigInt(last) + 1n));
    }
    this.#finish();
    return settled.length;
  }
}
