import { isTransientDatabaseError } from '@tollgate/persistence';
import { backOffMs, pauseFor } from '../back-off.js';
import { type LanesLogger } from '../lanes-logger.js';
import { type MessagingMetrics } from '../messaging-metrics.js';
import { digestRound, type RoundExits, type RoundFailure } from './digest-round.js';
import { reasonOf } from './failure-of.js';
import { type LaneHandler } from './lane-handler.js';
import { type LaneWork } from './lane-work.js';

/** What `HandlerRounds` is built from. */
export interface HandlerRoundsSettings {
  readonly handler: LaneHandler;
  readonly exits: RoundExits;
  readonly logger: LanesLogger;
  readonly metrics: MessagingMetrics;
  /** Given when the service stops. */
  readonly closing: AbortSignal;
  readonly onFatal: (error: unknown) => void;
}

/**
 * So often a round is tried with the records in hand. After that its lanes are paused, so that those of other handlers
 * go on: kafkajs ends all lanes of a fetch before it fetches again.
 */
const TRIES_IN_HAND = 3;

/** The rounds of one handler: what is tried again when, and which lanes wait meanwhile. */
export class HandlerRounds {
  readonly #settings: HandlerRoundsSettings;
  #failures = 0;
  #reason: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #paused: LaneWork[] = [];

  constructor(settings: HandlerRoundsSettings) {
    this.#settings = settings;
    settings.closing.addEventListener('abort', () => clearTimeout(this.#timer), { once: true });
  }

  /** What the handler waits for; undefined while it goes on. For people. */
  get waitingFor(): string | undefined {
    return this.#reason === undefined
      ? undefined
      : `${this.#settings.handler.pattern} is tried again: ${this.#reason}`;
  }

  /**
   * Takes the records of a round through the handler. What is not settled afterwards comes again by itself.
   * @param letGo given when the records must be handed back: the group rebalances, or the service stops
   */
  async run(works: readonly LaneWork[], letGo: AbortSignal): Promise<void> {
    const { handler, metrics } = this.#settings;
    if (this.#timer !== undefined) return this.#pause(works);
    const stopClock = metrics.roundSeconds.startTimer({ topic: handler.pattern });
    for (let tries = 1; ; tries++) {
      const items = works.flatMap((work) => work.itemsFor(handler));
      const failure = await this.#digest(items);
      if (failure?.kind === 'unknown') return this.#settings.onFatal(failure.error);
      if (failure === undefined) {
        metrics.roundRecords.observe({ topic: handler.pattern }, items.length);
        stopClock();
        return this.#recovered();
      }
      this.#failed(failure.error);
      if (tries === TRIES_IN_HAND) return this.#waitWith(works);
      await pauseFor(backOffMs(this.#failures, Math.random()), letGo);
      if (letGo.aborted) return;
    }
  }

  async #digest(items: Parameters<typeof digestRound>[1]): Promise<RoundFailure | undefined> {
    try {
      return await digestRound(this.#settings.handler, items, this.#settings.exits);
    } catch (error) {
      return { kind: 'unknown', error };
    }
  }

  #failed(error: unknown): void {
    const { handler, logger, metrics } = this.#settings;
    this.#failures += 1;
    // Its own words may quote a record.
    this.#reason = isTransientDatabaseError(error) ? 'the database does not answer' : reasonOf(error);
    metrics.retries.inc({ topic: handler.pattern });
    const fields = { topic: handler.pattern, reason: this.#reason, failures: this.#failures };
    logger[this.#failures === 1 ? 'warn' : 'debug'](fields, 'a round failed and is tried again');
  }

  #recovered(): void {
    if (this.#failures === 0) return;
    const { handler, logger } = this.#settings;
    logger.info({ topic: handler.pattern, failures: this.#failures }, 'the rounds go on');
    this.#failures = 0;
    this.#reason = undefined;
  }

  #waitWith(works: readonly LaneWork[]): void {
    this.#pause(works);
    if (this.#settings.closing.aborted) return;
    this.#timer = setTimeout(() => this.#resume(), backOffMs(this.#failures, Math.random()));
  }

  #pause(works: readonly LaneWork[]): void {
    const open = works.filter((work) => work.itemsFor(this.#settings.handler).length > 0);
    for (const { turn, payload } of open) turn.pause(payload.batch.topic, [payload.batch.partition]);
    this.#paused.push(...open);
  }

  #resume(): void {
    this.#timer = undefined;
    for (const { turn, payload } of this.#paused) turn.resume(payload.batch.topic, [payload.batch.partition]);
    this.#paused = [];
  }
}
