import { type Logger } from '@tollgate/runtime';
import { isTransientDatabaseError } from '@tollgate/persistence';
import { type DataSource } from 'typeorm';
import { plainArray } from '../database/column-arrays.js';
import { Statement } from '../database/statement.js';
import { type RequestReader } from './request-reader.js';
import { type RequestSnapshot } from './request-snapshot.js';

interface PassedRow {
  request_id: string;
  passed: number;
}

/** An outcome never comes without a stage, so counting stages finds every change. */
const PASSED = new Statement<PassedRow>(
  'watched-stages',
  'SELECT request_id, count(*)::int AS passed FROM stage WHERE request_id = ANY ($1::uuid[]) GROUP BY request_id',
);

const POLL_MS = 1_000;

/** Told what has become known of a request; it may know less than the one before, never anything else. */
export type RequestListener = (snapshot: RequestSnapshot) => void;

interface Watched {
  readonly listeners: Set<RequestListener>;
  /** How many stages the last poll saw; undefined before the first. */
  seen: number | undefined;
}

/**
 * Those who wait for news of a request: held answers and streams. What this process commits is told at once; what
 * another one commits is found by one query a second for all that are waited for. Without anybody waiting it does
 * nothing and holds nothing.
 */
export class RequestWatch {
  readonly #watched = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly reader: RequestReader,
    private readonly logger: Logger,
  ) {}

  /** How many requests are waited for. */
  get size(): number {
    return this.#watched.size;
  }

  /** @returns ends the watch */
  watch(id: string, listener: RequestListener): () => void {
    const watched = this.#watched.get(id) ?? { listeners: new Set(), seen: undefined };
    watched.listeners.add(listener);
    this.#watched.set(id, watched);
    this.#schedule();
    return () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size === 0 && this.#watched.get(id) === watched) this.#watched.delete(id);
    };
  }

  /** Whether anybody waits for news of a request, so that it is worth putting them together. */
  has(id: string): boolean {
    return this.#watched.has(id);
  }

  /** Says what was committed just now. */
  tell(snapshot: RequestSnapshot): void {
    for (const listener of this.#watched.get(snapshot.request.id)?.listeners ?? []) listener(snapshot);
  }

  /** Asks the database no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#polling;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#watched.size === 0 || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll();
    }, POLL_MS);
    this.#timer.unref();
  }

  async #poll(): Promise<void> {
    try {
      const rows = await PASSED.alone(this.dataSource, [plainArray([...this.#watched.keys()])]);
      const changed = rows.filter(({ request_id, passed }) => {
        const watched = this.#watched.get(request_id);
        return watched !== undefined && watched.seen !== passed;
      });
      const snapshots = await this.reader.snapshots(changed.map(({ request_id }) => request_id));
      for (const { request_id, passed } of changed) {
        const watched = this.#watched.get(request_id);
        if (watched !== undefined) watched.seen = passed;
      }
      for (const snapshot of snapshots.values()) this.tell(snapshot);
    } catch (error) {
      if (!isTransientDatabaseError(error)) throw error;
      this.logger.warn(
        { err: error },
        'the database does not answer; whoever waits for a request goes on waiting',
      );
    } finally {
      this.#timer = undefined;
      this.#schedule();
    }
  }
}
