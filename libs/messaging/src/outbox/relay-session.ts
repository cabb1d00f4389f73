import { type DataSource, type QueryRunner } from 'typeorm';
import { type Queryable } from './outbox-table.js';

/** Any constant: the class of the advisory locks of relays in a service's database. */
const LOCK_CLASS = 7_405_002;

/**
 * The connection that says, by a lock which lasts as long as it does, that a relay lives. When it breaks, the next
 * statement opens another and takes the lock again.
 */
export class RelaySession implements Queryable {
  #runner: QueryRunner | undefined;
  #opening: Promise<QueryRunner> | undefined;
  #relay: number | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** Begins a new relay. @returns its number */
  async begin(): Promise<number> {
    const runner = await this.#connected();
    const [row] = (await runner.query('INSERT INTO outbox_relay DEFAULT VALUES RETURNING relay')) as {
      relay: string;
    }[];
    if (row === undefined) throw new Error('the database gave no number to the relay');
    this.#relay = Number(row.relay);
    await runner.query('SELECT pg_advisory_lock($1, $2)', [LOCK_CLASS, this.#relay]);
    return this.#relay;
  }

  async query(sql: string, parameters?: unknown[]): Promise<unknown> {
    const runner = await this.#connected();
    return runner.query(sql, parameters);
  }

  /** Takes the lock of a relay whose process is gone. @returns false while somebody has it */
  async tryLock(relay: number): Promise<boolean> {
    const [row] = (await this.query('SELECT pg_try_advisory_lock($1, $2) AS locked', [
      LOCK_CLASS,
      relay,
    ])) as {
      locked: boolean;
    }[];
    return row?.locked === true;
  }

  async unlock(relay: number): Promise<void> {
    await this.query('SELECT pg_advisory_unlock($1, $2)', [LOCK_CLASS, relay]);
  }

  /** Gives up all locks and the connection. */
  async end(): Promise<void> {
    const runner = this.#runner;
    this.#runner = undefined;
    if (runner === undefined || runner.isReleased) return;
    try {
      await runner.query('SELECT pg_advisory_unlock_all()');
    } finally {
      await runner.release();
    }
  }

  async #connected(): Promise<QueryRunner> {
    if (this.#runner !== undefined && !this.#runner.isReleased) return this.#runner;
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(): Promise<QueryRunner> {
    const runner = this.dataSource.createQueryRunner();
    await runner.connect();
    this.#runner = runner;
    // Whoever took this relay for dead meanwhile publishes some of its rows twice, no more.
    if (this.#relay !== undefined)
      await runner.query('SELECT pg_try_advisory_lock($1, $2)', [LOCK_CLASS, this.#relay]);
    return runner;
  }
}
