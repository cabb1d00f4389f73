import { setTimeout as pause } from 'node:timers/promises';
import { type NoteSignerKey } from '@tollgate/ledger';
import { type HealthFinding, type Logger } from '@tollgate/runtime';
import { type Pool, type PoolClient } from 'pg';
import { type Registry } from 'prom-client';
import { type CheckpointMirror } from './checkpoint-mirror.js';
import { SequencerMetrics } from './sequencer-metrics.js';
import { signCheckpoint } from './sign-checkpoint.js';
import { TreeBrokenError } from './tree-broken-error.js';

/** When a checkpoint is due. */
export interface CheckpointPace {
  /** So many records that no checkpoint covers. */
  readonly everyRecords: number;
  /** For so long after the last one, where there is any such record, ms. */
  readonly everyMs: number;
  /** How often the ledger's end is looked at, ms. */
  readonly lookMs: number;
  /** After a failure, or while another process signs, ms. */
  readonly againMs: number;
}

/** At most 10 s or 10,000 records behind, with what comes while one is made. */
const PACE: CheckpointPace = { everyRecords: 8_000, everyMs: 9_000, lookMs: 500, againMs: 1_000 };
/** A sequencer that is so far behind is not healthy. */
const BEHIND_MS = 60_000;

/** One sequencer in the whole system: of session locks, this number. */
const TAKE_LEAD = 'SELECT pg_try_advisory_lock(7405003) AS leads';
const LOOK = `
  SELECT next_seq, coalesce((SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1), 0) AS covered FROM ledger_end`;

/** What a {@link Sequencer} is made of. */
export interface SequencerParts {
  /** Connects as `audit_writer`; one connection is held for as long as this process leads. */
  readonly pool: Pool;
  readonly signer: NoteSignerKey;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly mirror?: CheckpointMirror;
  readonly pace?: Partial<CheckpointPace>;
  /** ms since 1970 */
  readonly now?: () => number;
}

/**
 * Puts the records into the tree and signs checkpoints, in one process at a time: whoever holds a lock of a database
 * session, which ends with the process. It keeps nothing in mind but when it last signed, so a failure is mended by
 * beginning again.
 */
export class Sequencer {
  readonly #parts: SequencerParts;
  readonly #pace: CheckpointPace;
  readonly #metrics: SequencerMetrics;
  readonly #now: () => number;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #covered = 0n;
  #failure: string | undefined;
  /** Of `performance.now()`: since when there are records that no checkpoint covers. */
  #behindSince: number | undefined;
  #signedAt = Number.NEGATIVE_INFINITY;
  #wake: (() => void) | undefined;

  constructor(parts: SequencerParts) {
    this.#parts = parts;
    this.#pace = { ...PACE, ...parts.pace };
    this.#metrics = new SequencerMetrics(parts.metrics);
    this.#now = parts.now ?? Date.now;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the lead; when it returns, another process can take it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
  }

  /** Tells that the ledger has grown, so that a checkpoint that is due by the number of records comes at once. */
  noticed(nextSeq: bigint): void {
    if (nextSeq - this.#covered >= BigInt(this.#pace.everyRecords)) this.#wake?.();
  }

  /** Not ok where the ledger is not what was signed, or checkpoints stay away. */
  health(): HealthFinding {
    if (this.#failure !== undefined) return { ok: false, detail: this.#failure };
    const behindMs = this.#behindSince === undefined ? 0 : performance.now() - this.#behindSince;
    if (behindMs > BEHIND_MS)
      return { ok: false, detail: `no checkpoint for ${Math.round(behindMs / 1000)} s; see the log` };
    return { ok: true, detail: `${this.#covered} records are covered` };
  }

  async #run(): Promise<void> {
    while (!this.#isStopping()) {
      try {
        await this.#session();
      } catch (error) {
        this.#tell(error);
      }
      await this.#wait(this.#pace.againMs);
    }
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #tell(error: unknown): void {
    const { logger } = this.#parts;
    if (error instanceof TreeBrokenError) {
      this.#metrics.broken.set(1);
      this.#failure = error.message;
      logger.error({ err: error }, 'the ledger was changed after it was signed; no checkpoint is signed');
    } else {
      logger.warn({ err: error }, 'no checkpoint could be signed; the next attempt follows');
    }
  }

  /** Looks, and signs once this process leads, over one connection, until it fails. */
  async #session(): Promise<void> {
    const client = await this.#parts.pool.connect();
    // Between two statements nobody else would hear of it; the next statement fails with it.
    client.on('error', () => this.#wake?.());
    try {
      while (!this.#isStopping()) {
        const { rows } = await client.query<{ leads: boolean }>(TAKE_LEAD);
        if (rows[0]?.leads === true) await this.#lead(client);
        else await this.#look(client);
        await this.#wait(this.#pace.againMs);
      }
      await client.query('SELECT pg_advisory_unlock_all()');
    } finally {
      this.#metrics.leads.set(0);
      // The lock ends with the connection, and so does a transaction that was under way.
      client.release(true);
    }
  }

  async #lead(client: PoolClient): Promise<void> {
    this.#metrics.leads.set(1);
    // What this process takes over may be older than it seems: it signs at once.
    this.#signedAt = Number.NEGATIVE_INFINITY;
    await this.#look(client);
    await this.#holdAgainstMirror();
    while (!this.#isStopping()) {
      const uncovered = await this.#look(client);
      const isDue =
        uncovered >= this.#pace.everyRecords ||
        (uncovered > 0 && performance.now() - this.#signedAt >= this.#pace.everyMs);
      if (isDue) await this.#sign(client);
      else await this.#wait(this.#pace.lookMs);
    }
  }

  /** @throws TreeBrokenError where the ledger under this name was longer once: there must never be two of one name */
  async #holdAgainstMirror(): Promise<void> {
    const { mirror, signer } = this.#parts;
    const last = await mirror?.last();
    if (last === undefined || last.origin !== signer.name || BigInt(last.size) <= this.#covered) return;
    throw new TreeBrokenError(
      `a checkpoint of ${last.size} records was signed as ${last.origin}, and the database knows ${this.#covered} of them: it was restored from a backup. Restore a later one, or let a ledger of another name (LEDGER_ORIGIN) begin here.`,
    );
  }

  async #look(client: PoolClient): Promise<number> {
    const { rows } = await client.query<{ next_seq: string; covered: string }>({
      name: 'look',
      text: LOOK,
    });
    const [end] = rows;
    this.#covered = BigInt(end?.covered ?? 0);
    const uncovered = Number(end?.next_seq ?? 0) - Number(this.#covered);
    this.#behindSince = uncovered === 0 ? undefined : (this.#behindSince ?? performance.now());
    this.#metrics.size.set(Number(this.#covered));
    this.#metrics.uncovered.set(uncovered);
    this.#metrics.behindSeconds.set(
      this.#behindSince === undefined ? 0 : (performance.now() - this.#behindSince) / 1000,
    );
    return uncovered;
  }

  async #sign(client: PoolClient): Promise<void> {
    const { signer, mirror, logger } = this.#parts;
    const stopTimer = this.#metrics.signSeconds.startTimer();
    for (;;) {
      const { checkpoint, isNew, isComplete } = await signCheckpoint(client, signer, this.#now());
      if (this.#isStopping() && !isComplete) return;
      if (!isComplete) continue;
      if (checkpoint !== undefined) {
        await mirror?.append(checkpoint.note);
        this.#covered = BigInt(checkpoint.size);
      }
      if (isNew) this.#metrics.signed.inc();
      break;
    }
    stopTimer();
    logger.debug({ records: String(this.#covered) }, 'signed a checkpoint');
    this.#behindSince = undefined;
    this.#signedAt = performance.now();
    this.#failure = undefined;
    this.#metrics.broken.set(0);
  }

  async #wait(ms: number): Promise<void> {
    if (this.#isStopping()) return;
    const waiting = new AbortController();
    this.#wake = () => waiting.abort();
    try {
      await pause(ms, undefined, { signal: waiting.signal, ref: false });
    } catch (error) {
      if (!waiting.signal.aborted) throw error;
    } finally {
      this.#wake = undefined;
    }
  }
}
