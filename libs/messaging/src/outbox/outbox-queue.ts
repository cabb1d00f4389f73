import { type LanesLogger } from '../lanes-logger.js';
import { reasonOf } from '../lanes/failure-of.js';
import { type MessagingMetrics } from '../messaging-metrics.js';
import { type LaneSender } from '../sender/lane-sender.js';
import { HOLE_CLOSES_AFTER_MS, type OutboxRow, type Queryable, readRows } from './outbox-table.js';
import { Watermark } from './watermark.js';

/** What `OutboxQueue` is built from. */
export interface OutboxQueueSettings {
  readonly relay: number;
  readonly database: Queryable;
  readonly sender: Pick<LaneSender, 'send'>;
  readonly logger: LanesLogger;
  readonly metrics: MessagingMetrics;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** So many records wait for the broker in memory; what comes beyond stays in the table until there is room. */
const HELD_AT_MOST = 10_000;
const READ_CHUNK = 500;

interface Unread {
  /** When its transaction ended in doubt; undefined where it is known to be committed. */
  readonly doubtSince?: number;
}

/** What the transactions of this process have committed, on its way to the broker. */
export class OutboxQueue {
  readonly #settings: OutboxQueueSettings;
  readonly #published = new Watermark();
  /** Numbers whose rows must be read from the table, in order. */
  readonly #unread = new Map<number, Unread>();
  #held = 0;
  #last = 0;
  #reading: Promise<void> | undefined;
  #fault: string | undefined;
  readonly #sending = new Set<Promise<void>>();

  constructor(settings: OutboxQueueSettings) {
    this.#settings = settings;
  }

  /** Up to which number all has gone out, or will never be. */
  get through(): number {
    return this.#published.through;
  }

  /** True while something waits to go out. */
  get isOpen(): boolean {
    return this.#published.through < this.#last;
  }

  get fault(): string | undefined {
    return this.#fault;
  }

  /** Gives out as many numbers in a row. @returns the first */
  number(count: number): number {
    const first = this.#last + 1;
    this.#last += count;
    return first;
  }

  /** Their transaction is committed. */
  committed(rows: readonly OutboxRow[]): void {
    // What already waits in the table goes first.
    if (this.#unread.size > 0 || this.#held + rows.length > HELD_AT_MOST) {
      for (const { seq } of rows) this.#unread.set(seq, {});
      this.#note();
    } else {
      this.#send(rows);
    }
  }

  /** Their transaction was rolled back: there will never be such rows. */
  rolledBack(rows: readonly OutboxRow[]): void {
    for (const { seq } of rows) this.#published.settle(seq);
  }

  /** Nobody knows whether their transaction was committed; the table will tell. */
  inDoubt(rows: readonly OutboxRow[]): void {
    const doubtSince = this.#settings.now();
    for (const { seq } of rows) this.#unread.set(seq, { doubtSince });
    this.#note();
  }

  /** Reads and sends what waits in the table, as far as there is room. */
  readBack(): Promise<void> {
    if (this.#unread.size === 0) return Promise.resolve();
    this.#reading ??= this.#readBack().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /** Resolves when nothing that is in memory is under way any more. */
  async settled(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  #send(rows: readonly OutboxRow[]): void {
    this.#held += rows.length;
    this.#note();
    const sending = this.#settings.sender.send(rows.map(({ record }) => record)).then(
      () => {
        this.#fault = undefined;
        for (const { seq } of rows) this.#published.settle(seq);
      },
      (error: unknown) => {
        this.#fault = reasonOf(error);
        this.#settings.logger.error(
          { reason: this.#fault, records: rows.length },
          'records of the outbox were not sent; they go again',
        );
        for (const { seq } of rows) this.#unread.set(seq, {});
      },
    );
    this.#sending.add(sending);
    void sending.finally(() => {
      this.#sending.delete(sending);
      this.#held -= rows.length;
      this.#note();
    });
  }

  async #readBack(): Promise<void> {
    const { relay, database, now } = this.#settings;
    while (this.#unread.size > 0 && this.#held + READ_CHUNK <= HELD_AT_MOST) {
      const asked = [...this.#unread.keys()].toSorted((one, other) => one - other).slice(0, READ_CHUNK);
      const rows = new Map((await readRows(database, relay, asked)).map((row) => [row.seq, row]));
      let progress = false;
      for (const seq of asked) {
        const row = rows.get(seq);
        const { doubtSince } = this.#unread.get(seq) ?? {};
        const isLost =
          row === undefined && (doubtSince === undefined || now() - doubtSince > HOLE_CLOSES_AFTER_MS);
        if (row === undefined && !isLost) continue;
        progress = true;
        this.#unread.delete(seq);
        // One by one, so that a record which cannot be sent keeps none of the others; the sender gathers them anyway.
        if (row === undefined) this.#published.settle(seq);
        else this.#send([row]);
      }
      if (!progress) return;
      await this.settled();
      if (this.#fault !== undefined) return;
    }
  }

  #note(): void {
    this.#settings.metrics.outboxPending.set(this.#held + this.#unread.size);
  }
}
