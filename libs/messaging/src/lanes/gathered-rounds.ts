import { pauseFor } from '../back-off.js';
import { type LanesLogger } from '../lanes-logger.js';
import { type MessagingMetrics } from '../messaging-metrics.js';
import { reasonOf } from './failure-of.js';
import { type HandlerRounds } from './handler-rounds.js';
import { type LaneHandler } from './lane-handler.js';
import { type LaneWork } from './lane-work.js';

/** What `GatheredRounds` is built from. */
export interface GatheredRoundsSettings {
  readonly rounds: ReadonlyMap<LaneHandler, HandlerRounds>;
  readonly logger: LanesLogger;
  readonly metrics: MessagingMetrics;
  /** Given when the service stops. */
  readonly closing: AbortSignal;
  readonly onFatal: (error: unknown) => void;
}

/** How often a heartbeat is offered while rounds are in hand; the consumer sends it when one is due. */
const HEARTBEAT_MS = 1_000;
/** From so many records on, a round shows that there is load, and that more will come in a moment. */
const BUSY_ROUND = 2;
/**
 * So long a busy round waits before its lanes are fetched again, in milliseconds. A fetch, a transaction and a send cost
 * about the same for one record as for twenty, so under load fewer and larger rounds leave more of the processor to
 * everybody. Without load nothing waits.
 */
const GATHER_MS = 10;

/** Makes one round of the lanes of a fetch, and keeps the membership alive while it is in hand. */
export class GatheredRounds {
  readonly #settings: GatheredRoundsSettings;
  readonly #inHand = new Set<Promise<void>>();
  #gathering: LaneWork[] = [];

  constructor(settings: GatheredRoundsSettings) {
    this.#settings = settings;
  }

  /** Takes a lane; those that come in the same turn of the event loop go along. Resolves when it may be fetched again. */
  take(work: LaneWork): Promise<void> {
    this.#gathering.push(work);
    if (this.#gathering.length === 1) setImmediate(() => void this.#start());
    return work.finished;
  }

  /** Resolves when nothing is in hand. */
  async drained(): Promise<void> {
    while (this.#inHand.size > 0) await Promise.allSettled(this.#inHand);
  }

  async #start(): Promise<void> {
    const works = this.#gathering;
    this.#gathering = [];
    const round = this.#run(works);
    this.#inHand.add(round);
    try {
      await round;
    } catch (error) {
      this.#settings.onFatal(error);
    } finally {
      this.#inHand.delete(round);
    }
  }

  /** What goes wrong with records is tried again, set aside, or the end; it does not come out here. */
  async #run(works: readonly LaneWork[]): Promise<void> {
    const letGo = new AbortController();
    const beating = setInterval(() => void this.#beat(works, letGo), HEARTBEAT_MS);
    const give = (): void => letGo.abort();
    const ends = [this.#settings.closing, ...new Set(works.map(({ turn }) => turn.ending.signal))];
    for (const end of ends) end.addEventListener('abort', give, { once: true });
    try {
      const records = works.reduce((sum, { size }) => sum + size, 0);
      const handlers = new Set(works.flatMap((work) => [...work.handlers]));
      await Promise.all(
        [...handlers].map(async (handler) => {
          const own = works.filter((work) => work.handlers.has(handler));
          await this.#settings.rounds.get(handler)?.run(own, letGo.signal);
        }),
      );
      if (records >= BUSY_ROUND) await pauseFor(GATHER_MS, letGo.signal);
    } finally {
      clearInterval(beating);
      for (const end of ends) end.removeEventListener('abort', give);
    }
    for (const work of works) this.#finish(work);
  }

  #finish(work: LaneWork): void {
    const { metrics } = this.#settings;
    const { batch } = work.payload;
    const settled = work.finish();
    if (settled > 0) metrics.recordsIn.inc({ topic: work.topic }, settled);
    const behind =
      BigInt(batch.highWatermark) - BigInt(batch.firstOffset() ?? batch.highWatermark) - BigInt(settled);
    metrics.lag.set({ topic: work.topic, partition: batch.partition }, Math.max(0, Number(behind)));
  }

  async #beat(works: readonly LaneWork[], letGo: AbortController): Promise<void> {
    if (letGo.signal.aborted) return;
    try {
      await works[0]?.payload.heartbeat();
    } catch (error) {
      this.#settings.logger.debug(
        { reason: reasonOf(error) },
        'a heartbeat was refused; records in hand come again',
      );
      letGo.abort();
    }
  }
}
