import { type LanesLogger } from '../lanes-logger.js';
import { type MessagingMetrics } from '../messaging-metrics.js';
import { type LaneSender } from '../sender/lane-sender.js';
import { notePublished, readRowsAfter } from './outbox-table.js';
import { type RelaySession } from './relay-session.js';
import { Watermark } from './watermark.js';

/** What `OutboxAdoption` is built from. */
export interface OutboxAdoptionSettings {
  readonly session: RelaySession;
  readonly sender: Pick<LaneSender, 'send'>;
  readonly logger: LanesLogger;
  readonly metrics: MessagingMetrics;
}

const CHUNK = 500;

/** Relays with rows that nobody has noted as published. Those of living processes have some for a moment, always. */
const UNFINISHED = `
  SELECT relay, published_through FROM outbox_relay r
  WHERE relay <> $1 AND EXISTS (SELECT FROM outbox o WHERE o.relay = r.relay AND o.seq > r.published_through)
  ORDER BY relay`;

/** Publishes what processes that died had committed and not published, or not noted as published. */
export class OutboxAdoption {
  readonly #settings: OutboxAdoptionSettings;
  /** What of each adopted relay has gone out. */
  readonly #adopted = new Map<number, Watermark>();

  constructor(settings: OutboxAdoptionSettings) {
    this.#settings = settings;
  }

  /**
   * Goes once through all relays whose process is gone. A number without a row may be that of a transaction which is
   * still being committed; it is looked for again each time, until the rows after it are old enough.
   * @param own the relay of this process
   * @throws the database's error, or the sender's: what is left is found again by the next call
   */
  async run(own: number): Promise<void> {
    const { session } = this.#settings;
    const unfinished = (await session.query(UNFINISHED, [own])) as {
      relay: string;
      published_through: string;
    }[];
    for (const { relay, published_through } of unfinished) {
      await this.#adopt(Number(relay), Number(published_through));
    }
  }

  async #adopt(relay: number, from: number): Promise<void> {
    const { session, logger } = this.#settings;
    if (!(await session.tryLock(relay))) return;
    try {
      const published = this.#adopted.get(relay) ?? new Watermark(from);
      this.#adopted.set(relay, published);
      const { count, last } = await this.#publishAfter(relay, from, published);
      if (count > 0)
        logger.warn({ relay, records: count }, 'published what a process that died had left in the outbox');
      await notePublished(session, relay, published.through);
      if (published.through >= last) this.#adopted.delete(relay);
    } finally {
      await session.unlock(relay);
    }
  }

  async #publishAfter(
    relay: number,
    from: number,
    published: Watermark,
  ): Promise<{ readonly count: number; readonly last: number }> {
    const { session, sender, metrics } = this.#settings;
    let count = 0;
    let last = from;
    for (;;) {
      const rows = await readRowsAfter(session, relay, last, CHUNK);
      const open = rows.filter(({ seq }) => !published.has(seq));
      await sender.send(open.map(({ record }) => record));
      count += open.length;
      metrics.outboxAdopted.inc(open.length);
      for (const { seq, aged } of rows) {
        published.settle(seq);
        if (aged) for (let hole = published.through + 1; hole < seq; hole++) published.settle(hole);
        last = seq;
      }
      if (rows.length < CHUNK) return { count, last };
    }
  }
}
