import { MAX_RECORD_BYTES } from '@tollgate/contracts';
import { type Registry } from 'prom-client';
import { type DataSource, type EntityManager } from 'typeorm';
import { pauseFor } from '../back-off.js';
import { reasonOf } from '../lanes/failure-of.js';
import { type LanesLogger } from '../lanes-logger.js';
import { MessagingMetrics } from '../messaging-metrics.js';
import { type OutgoingRecord } from '../outgoing-record.js';
import { PermanentError } from '../permanent-error.js';
import { LaneMessage } from '../sender/lane-message.js';
import { type LaneSender } from '../sender/lane-sender.js';
import { TransientError } from '../transient-error.js';
import { isCommitUnknown } from './commit-outcome.js';
import { CreateOutbox1000000000001 } from './create-outbox.migration.js';
import { OutboxAdoption } from './outbox-adoption.js';
import { cleanOutbox } from './outbox-cleaning.js';
import { OutboxQueue } from './outbox-queue.js';
import {
  asPgConnection,
  insertion,
  notePublished,
  type OutboxRow,
  type PgConnection,
} from './outbox-table.js';
import { PlainOutboxValues1000000000002 } from './plain-outbox-values.migration.js';
import { RelaySession } from './relay-session.js';

/** What an `OutboxRelay` is built from. */
export interface OutboxRelayOptions {
  /** Initialised. The relay keeps one of its connections for itself. */
  readonly dataSource: DataSource;
  readonly sender: Pick<LaneSender, 'send'>;
  readonly logger: LanesLogger;
  readonly metrics: Registry;
}

/** Adds records to what goes out if, and only if, the transaction commits. */
export type Publish = (records: readonly OutgoingRecord[]) => void;

/** How much may be published again after a crash, at most; and how often the table is written to for that. */
const NOTE_INTERVAL_MS = 1_000;
const ADOPT_INTERVAL_MS = 5_000;
const CLEAN_INTERVAL_MS = 60 * 60_000;
const STOP_LIMIT_MS = 3_000;

/** What goes on beside the transactions, as a log names it. */
const RECOVERIES = {
  note: 'noting how far the outbox is published',
  adopt: 'looking for what dead processes have left in the outbox',
  clean: 'removing old rows from the outbox',
} as const;

/**
 * The outbox: what a transaction publishes is written in that transaction, and handed to the sender from memory right
 * after the commit. The table is read only for recovery: after a crash, by any process of the service that lives; after
 * a commit whose outcome is unknown; and when more waits for the broker than memory should hold. At least once.
 */
export class OutboxRelay {
  /** For the service's own list of migrations: they run before all others. */
  static readonly migrations: readonly (new () => object)[] = [
    CreateOutbox1000000000001,
    PlainOutboxValues1000000000002,
  ];

  /** The statement that lets a role use the outbox; for a migration of the service. */
  static grantTo(role: string): string {
    const quoted = `"${role.replaceAll('"', '""')}"`;
    return `GRANT SELECT, INSERT, DELETE ON outbox TO ${quoted};
      GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_relay TO ${quoted}`;
  }

  readonly #options: OutboxRelayOptions;
  readonly #metrics: MessagingMetrics;
  readonly #session: RelaySession;
  readonly #adoption: OutboxAdoption;
  readonly #timers: NodeJS.Timeout[] = [];
  #relay: { readonly number: number; readonly queue: OutboxQueue } | undefined;
  #noted = 0;
  #recovering: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<string>();
  readonly #faults = new Map<string, string>();

  constructor(options: OutboxRelayOptions) {
    this.#options = options;
    this.#metrics = MessagingMetrics.of(options.metrics);
    this.#session = new RelaySession(options.dataSource);
    this.#adoption = new OutboxAdoption({
      session: this.#session,
      sender: options.sender,
      logger: options.logger,
      metrics: this.#metrics,
    });
  }

  /**
   * Takes its number, and begins to publish what processes that died have left.
   * @throws the database's error
   */
  async start(): Promise<void> {
    const number = await this.#session.begin();
    const { sender, logger } = this.#options;
    const queue = new OutboxQueue({
      relay: number,
      database: this.#session,
      sender,
      logger,
      metrics: this.#metrics,
      now: () => Date.now(),
    });
    this.#relay = { number, queue };
    const every = (ms: number, kind: keyof typeof RECOVERIES, work: () => Promise<void>): void => {
      this.#timers.push(setInterval(() => this.#recover(kind, work), ms));
    };
    every(NOTE_INTERVAL_MS, 'note', () => this.#note());
    every(ADOPT_INTERVAL_MS, 'adopt', () => this.#adoption.run(number));
    every(CLEAN_INTERVAL_MS, 'clean', () => cleanOutbox(this.#session, number, logger));
    this.#recover('adopt', () => this.#adoption.run(number));
  }

  /** Waits a moment for what is under way, notes how far it got, and gives up the number. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const limit = new AbortController();
    await Promise.race([this.#ended(), pauseFor(STOP_LIMIT_MS, limit.signal)]);
    limit.abort();
    await this.#session.end();
  }

  /** For `/health/ready`. */
  health(): { readonly ok: boolean; readonly detail: string } {
    const fault = this.#relay?.queue.fault ?? this.#faults.values().next().value;
    if (fault !== undefined) return { ok: false, detail: `the outbox is behind: ${fault}` };
    return this.#relay === undefined
      ? { ok: false, detail: 'the outbox is not started' }
      : { ok: true, detail: 'the outbox works' };
  }

  /**
   * Runs `work` in one transaction. What it publishes is written along and goes out after the commit; the answer does
   * not wait for the broker.
   * @returns what `work` returned, after the commit
   * @throws what `work` throws, after the rollback
   * @throws PermanentError when a record is too large for the broker; nothing is committed
   * @throws TransientError when the connection was lost at the commit: it may or may not have been done
   */
  async transaction<T>(work: (tx: EntityManager, publish: Publish) => Promise<T>): Promise<T> {
    if (this.#relay === undefined) throw new TransientError('the outbox is not started yet');
    const { number, queue } = this.#relay;
    const runner = this.#options.dataSource.createQueryRunner();
    const records: OutgoingRecord[] = [];
    let rows: OutboxRow[] = [];
    let connection: PgConnection | undefined;
    let answered = false;
    let ended: 'committed' | 'rolledBack' | 'inDoubt' = 'rolledBack';
    try {
      connection = asPgConnection(await runner.connect());
      // Not waited for: it goes to the server together with the first statement of the work.
      const begun = connection.query({ text: 'START TRANSACTION' });
      begun.catch(() => undefined);
      const result = await work(runner.manager, (more) => {
        for (const record of more) records.push(sendable(record));
      });
      await begun;
      const first = queue.number(records.length);
      rows = records.map((record, index) => ({ seq: first + index, record }));
      const insert = rows.length > 0 ? insertion(number, rows) : undefined;
      ended = 'inDoubt';
      // Both go in one round trip. A transaction in which a statement failed answers COMMIT with ROLLBACK, and no error.
      const [writing, commit] = await Promise.allSettled([
        insert && connection.query(insert),
        connection.query({ text: 'COMMIT' }),
      ]);
      if (commit.status === 'rejected') throw commit.reason;
      answered = true;
      ended = commit.value.command === 'COMMIT' ? 'committed' : 'rolledBack';
      if (writing.status === 'rejected') throw writing.reason;
      if (ended === 'rolledBack')
        throw new Error('a statement of the transaction had failed: nothing was committed');
      return result;
    } catch (error) {
      if (ended === 'inDoubt' && !isCommitUnknown(error)) ended = 'rolledBack';
      if (ended === 'inDoubt') {
        throw new TransientError(`the commit was not confirmed: ${reasonOf(error)}`, { cause: error });
      }
      if (!answered) await this.#rollBack(connection);
      throw error;
    } finally {
      await runner.release();
      queue[ended](rows);
    }
  }

  /** The connection goes back to the pool afterwards: nothing may be open on it. */
  async #rollBack(connection: PgConnection | undefined): Promise<void> {
    if (connection === undefined) return;
    try {
      await connection.query({ text: 'ROLLBACK' });
    } catch (error) {
      // Without its connection the transaction is rolled back by the server.
      this.#options.logger.debug(
        { reason: reasonOf(error) },
        'a transaction could not be rolled back in order',
      );
    }
  }

  async #note(): Promise<void> {
    if (this.#relay === undefined) return;
    const { number, queue } = this.#relay;
    await queue.readBack();
    const through = queue.through;
    if (through === this.#noted) return;
    await notePublished(this.#session, number, through);
    this.#noted = through;
  }

  async #ended(): Promise<void> {
    await this.#recovering;
    await this.#relay?.queue.settled();
    this.#recover('note', () => this.#note());
    await this.#recovering;
  }

  /** One recovery at a time, each kind waiting once. A fault is kept for `health` until the same works again. */
  #recover(kind: keyof typeof RECOVERIES, work: () => Promise<void>): void {
    if (this.#waiting.has(kind)) return;
    this.#waiting.add(kind);
    this.#recovering = this.#recovering.then(async () => {
      this.#waiting.delete(kind);
      try {
        await work();
        this.#faults.delete(kind);
      } catch (error) {
        const reason = reasonOf(error);
        const level = this.#faults.has(kind) ? 'debug' : 'warn';
        this.#options.logger[level]({ reason }, `${RECOVERIES[kind]} failed; trying again`);
        this.#faults.set(kind, reason);
      }
    });
  }
}

/** The record with its value as bytes. @throws PermanentError when no broker would take it */
function sendable(record: OutgoingRecord): OutgoingRecord {
  const bytes = typeof record.value === 'string' ? { ...record, value: Buffer.from(record.value) } : record;
  if (new LaneMessage(bytes).bytes > MAX_RECORD_BYTES) {
    throw new PermanentError(`the record for ${record.topic} would be larger than ${MAX_RECORD_BYTES} bytes`);
  }
  return bytes;
}
