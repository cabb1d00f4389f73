import { hashOf } from '@tollgate/ledger';
import { type IncomingRecord } from '@tollgate/messaging';
import { type Logger } from '@tollgate/runtime';
import { type Registry } from 'prom-client';
import { definitionOf, explainGap } from './explain-gap.js';
import { inTimeOrder } from './in-time-order.js';
import { type LedgerEntry, ledgerEntry } from './ledger-entry.js';
import { LedgerMetrics } from './ledger-metrics.js';
import { type Gap, type LedgerEnd, type LedgerTables } from './ledger-tables.js';
import { recordBytes } from './record-bytes.js';
import { type AppendPlan, laneOf, type MissingOffsets, placeOf, planAppend } from './plan-append.js';

/** What became of a batch. */
export interface Recorded {
  readonly added: number;
  /** On record before, with the same bytes. */
  readonly known: number;
  readonly suspects: number;
  readonly gaps: number;
}

/** What a {@link Ledger} is made of. */
export interface LedgerParts {
  readonly tables: LedgerTables;
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Told after each append what the sequence number of the next record is. */
  readonly onAppended?: (nextSeq: bigint) => void;
  /** ms since 1970 */
  readonly now?: () => number;
}

/**
 * Adds records to the ledger, each exactly once, however often it comes. Where the ledger ends is kept in memory
 * between two batches and checked by the append itself, so that any number of writers, a replay of every topic, or an
 * end in the middle of a write leave neither a gap nor a double.
 *
 * One batch at a time: a batch that comes while another is written waits for it.
 */
export class Ledger {
  readonly #tables: LedgerTables;
  readonly #logger: Logger;
  readonly #metrics: LedgerMetrics;
  readonly #now: () => number;
  readonly #onAppended: (nextSeq: bigint) => void;
  #end: LedgerEnd | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ tables, logger, metrics, onAppended = () => undefined, now = Date.now }: LedgerParts) {
    this.#tables = tables;
    this.#logger = logger;
    this.#now = now;
    this.#onAppended = onAppended;
    this.#metrics = new LedgerMetrics(metrics, () => this.#end);
  }

  /** Reads where the ledger ends, so that the metrics know it before the first record comes. */
  async open(): Promise<void> {
    this.#end = await this.#tables.readEnd();
  }

  /** The offset that it expects next in a lane. */
  async nextOffset(lane: Pick<IncomingRecord, 'topic' | 'partition'>): Promise<bigint> {
    const end = (this.#end ??= await this.#tables.readEnd());
    return end.next.get(laneOf(lane)) ?? 0n;
  }

  /**
   * Records a batch. When it returns, every record of it is on disk.
   * @throws the database's error; nothing of the batch, or a whole part of it, is on record then, and it may come again
   */
  record(batch: readonly IncomingRecord[]): Promise<Recorded> {
    const turn = this.#last.then(() => this.#record(batch));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Puts a record on record that comes from the ledger itself, at the next offset of its one partition, whichever process
   * was there before.
   * @throws the database's error; whether it is on record is open then
   */
  recordOwn(topic: string, record: Omit<IncomingRecord, 'topic' | 'partition' | 'offset'>): Promise<void> {
    const turn = this.#last.then(() => this.#recordOwn(topic, record));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #recordOwn(
    topic: string,
    record: Omit<IncomingRecord, 'topic' | 'partition' | 'offset'>,
  ): Promise<void> {
    for (;;) {
      const end = (this.#end ??= await this.#tables.readEnd());
      const lane = { topic, partition: 0 };
      const offset = end.next.get(laneOf(lane)) ?? 0n;
      if (await this.#append(end, planAppend(end.next, [{ ...record, ...lane, offset }]), [])) return;
    }
  }

  async #record(batch: readonly IncomingRecord[]): Promise<Recorded> {
    const stopTimer = this.#metrics.appendSeconds.startTimer();
    for (;;) {
      const end = (this.#end ??= await this.#tables.readEnd());
      const plan = planAppend(end.next, batch);
      const gaps =
        plan.missing.length === 0 ? [] : await Promise.all(plan.missing.map((gap) => this.#explain(gap)));
      if (!(await this.#append(end, plan, gaps))) continue;
      const suspects = plan.known.length === 0 ? 0 : await this.#compare(plan.known);
      stopTimer();
      return { added: plan.fresh.length, known: plan.known.length - suspects, suspects, gaps: gaps.length };
    }
  }

  /** @returns false when another writer was quicker: the plan no longer holds */
  async #append(end: LedgerEnd, plan: AppendPlan<IncomingRecord>, gaps: readonly Gap[]): Promise<boolean> {
    if (plan.fresh.length === 0) return true;
    const entries = inTimeOrder(plan.fresh).map(ledgerEntry);
    // Unknown until the answer is here: an error leaves open whether the append took place.
    this.#end = undefined;
    if (!(await this.#tables.append({ end, entries, gaps, moved: plan.moved }))) return false;
    const next = new Map(end.next);
    for (const lane of plan.moved) next.set(laneOf(lane), lane.next);
    this.#end = { nextSeq: end.nextSeq + BigInt(entries.length), next };
    this.#tell(entries, gaps);
    this.#onAppended(this.#end.nextSeq);
    return true;
  }

  #tell(entries: readonly LedgerEntry[], gaps: readonly Gap[]): void {
    this.#metrics.countRecords(entries.map(({ reading }) => reading));
    for (const { topic, partition, offset, reading, requestId } of entries) {
      if (reading !== 'unreadable') continue;
      this.#logger.warn(
        { topic, partition, offset: String(offset), requestId },
        'kept a record that is no event of its topic',
      );
    }
    for (const { topic, partition, from, to, explanation, detail } of gaps) {
      this.#metrics.gaps.inc({ explanation });
      const told = { topic, partition, from: String(from), to: String(to), explanation, detail };
      if (explanation === 'unexplained') this.#logger.error(told, 'offsets are missing from the ledger');
      else this.#logger.info(told, 'offsets are missing from the ledger');
    }
  }

  async #explain({ topic, partition, from, to, before }: MissingOffsets<IncomingRecord>): Promise<Gap> {
    const previousTime = before?.time ?? (await this.#tables.timeBefore({ topic, partition, offset: from }));
    return { topic, partition, from, to, ...explainGap(definitionOf(topic), previousTime, this.#now()) };
  }

  async #compare(known: readonly IncomingRecord[]): Promise<number> {
    const hashes = await this.#tables.hashesAt(known);
    let suspects = 0;
    for (const record of known) {
      const knownSha256 = hashes.get(placeOf(record));
      if (knownSha256 === hashOf(recordBytes(record))) continue;
      const entry = ledgerEntry(record);
      suspects += 1;
      if (await this.#tables.addSuspect({ entry, knownSha256 })) this.#metrics.suspects.inc();
      const { topic, partition, offset, requestId, sha256 } = entry;
      this.#logger.error(
        { topic, partition, offset: String(offset), requestId, sha256, knownSha256 },
        knownSha256 === undefined
          ? 'a record turned up where the ledger had passed over a gap; kept among the suspects'
          : 'other bytes at a place that is on record; kept among the suspects',
      );
    }
    return suspects;
  }
}
