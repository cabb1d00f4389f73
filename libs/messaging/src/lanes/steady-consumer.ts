import { type Cluster, type Consumer, type EachBatchPayload, type Kafka } from 'kafkajs';
import { pauseFor, reconnectMs } from '../back-off.js';
import { CLIENT_RETRY } from '../kafka-client.js';
import { type LanesLogger } from '../lanes-logger.js';
import { ConsumerTurn } from './consumer-turn.js';
import { dismissDeadMembers } from './dismiss-dead-members.js';
import { reasonOf } from './failure-of.js';
import { isBrokerAway } from './is-broker-away.js';
import { laneAssigner } from './lane-assigner.js';
import { type LaneOffset } from './lane-progress.js';

/** How a `SteadyConsumer` reads. */
export interface SteadyConsumerSettings {
  readonly kafka: Kafka;
  /** Physical name. */
  readonly groupId: string;
  /** Physical names; asked for before each (re)start. May be none. */
  readonly topics: () => Promise<string[]>;
  /** The most lanes that a topic has: all of a fetch are handed over at once. */
  readonly lanesPerTopic: number;
  readonly fetch: { readonly minBytes: number; readonly maxWaitMs: number };
  readonly logger: LanesLogger;
  /** Takes the records of one lane; tells `turn` what it settled. Must not throw for anything that can be foreseen. */
  readonly onBatch: (payload: EachBatchPayload, turn: ConsumerTurn) => Promise<void>;
  /** Told each time a consumer was built anew after it had broken down. */
  readonly onRebuild?: () => void;
  /** Told when it breaks down again and again for a reason that does not pass. */
  readonly onFatal: (error: Error) => void;
}

type TurnEnd = { readonly kind: 'asked' } | { readonly kind: 'crashed'; readonly error: Error };

/** Long enough for a pause of the process, short enough that a killed member is soon missed; the broker's least is 6 s. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_INTERVAL_MS = 1_500;
const REBALANCE_TIMEOUT_MS = 20_000;
const COMMIT_INTERVAL_MS = 1_000;
const MAX_BYTES = 8 * 1024 * 1024;
const MAX_BYTES_PER_LANE = 1024 * 1024;
const METADATA_MAX_AGE_MS = 60_000;
const DRAIN_LIMIT_MS = 4_000;
const COMMIT_LIMIT_MS = 1_500;
const CLOSE_LIMIT_MS = 2_000;

const REBUILDS_ALLOWED = 5;
const REBUILDS_WINDOW_MS = 5 * 60_000;

const within = async (ms: number, work: Promise<unknown>): Promise<boolean> => {
  const limit = new AbortController();
  const late = pauseFor(ms, limit.signal).then(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    limit.abort();
  }
};

/**
 * A kafkajs consumer that lasts: it commits once a second and before it ends, and where kafkajs gives up, or the
 * topics have changed, it is built anew. A broker that is away is waited for; a fault that comes back more than five
 * times within five minutes is fatal.
 */
export class SteadyConsumer {
  readonly #settings: SteadyConsumerSettings;
  readonly #stopping = new AbortController();
  #askedToEnd: (() => void) | undefined;
  #turn: ConsumerTurn | undefined;
  #living: Promise<void> | undefined;
  #joined = false;
  #fault: string | undefined;
  #topicCount: number | undefined;
  #drain: () => Promise<void> = async () => undefined;
  #committing: Promise<void> = Promise.resolve();
  /** The members of the group that this consumer has been; only the last can still be one. */
  readonly #former = new Set<string>();

  constructor(settings: SteadyConsumerSettings) {
    this.#settings = settings;
  }

  /** @param drain waits for the work in hand; asked before a turn that was not cut off ends */
  start(drain: () => Promise<void>): void {
    this.#drain = drain;
    this.#living ??= this.#live().catch((error: unknown) => {
      this.#settings.onFatal(error instanceof Error ? error : new Error(String(error)));
    });
  }

  /** Ends the turn in order and starts another, with the topics as they are then. */
  renew(): void {
    this.#askedToEnd?.();
  }

  /** Ends in order: work in hand is finished and committed, the group is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#askedToEnd?.();
    await this.#living;
  }

  get turn(): ConsumerTurn | undefined {
    return this.#turn;
  }

  health(): { readonly ok: boolean; readonly detail: string } {
    if (this.#fault !== undefined) return { ok: false, detail: `the broker is not reached: ${this.#fault}` };
    if (this.#topicCount === 0) return { ok: true, detail: 'there is no topic to read yet' };
    return this.#joined
      ? { ok: true, detail: `reads ${this.#topicCount} topics` }
      : { ok: false, detail: 'waits to be given its lanes' };
  }

  async #live(): Promise<void> {
    const { logger } = this.#settings;
    const rebuilds: number[] = [];
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      const end = await this.#takeTurn(() => (failures = 0));
      if (end.kind === 'asked') continue;
      failures += 1;
      this.#fault = reasonOf(end.error);
      const away = isBrokerAway(end.error);
      logger[failures === 1 ? 'warn' : 'debug'](
        { reason: this.#fault, failures },
        'the consumer broke down; building it anew',
      );
      if (!away) {
        const now = Date.now();
        rebuilds.push(now);
        while (rebuilds[0] !== undefined && rebuilds[0] < now - REBUILDS_WINDOW_MS) rebuilds.shift();
        if (rebuilds.length > REBUILDS_ALLOWED) {
          throw new Error(`the consumer broke down ${rebuilds.length} times within five minutes`, {
            cause: end.error,
          });
        }
      }
      this.#settings.onRebuild?.();
      await pauseFor(reconnectMs(failures, Math.random()), this.#stopping.signal);
    }
  }

  async #takeTurn(onJoined: () => void): Promise<TurnEnd> {
    const { kafka, groupId, fetch, onBatch, lanesPerTopic, logger } = this.#settings;
    let end: (end: TurnEnd) => void = () => undefined;
    const ended = new Promise<TurnEnd>((resolve) => (end = resolve));
    this.#askedToEnd = () => end({ kind: 'asked' });
    if (this.#stopping.signal.aborted) return { kind: 'asked' };

    let cluster: Cluster | undefined;
    const consumer = kafka.consumer({
      groupId,
      partitionAssigners: [laneAssigner((found) => (cluster = found))],
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_INTERVAL_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      minBytes: fetch.minBytes,
      maxWaitTimeInMs: fetch.maxWaitMs,
      maxBytes: MAX_BYTES,
      maxBytesPerPartition: MAX_BYTES_PER_LANE,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      retry: { ...CLIENT_RETRY, restartOnFailure: async () => false },
    });
    const turn = new ConsumerTurn(consumer);
    consumer.on(consumer.events.CRASH, ({ payload }) => end({ kind: 'crashed', error: payload.error }));
    consumer.on(consumer.events.REBALANCING, () => void this.#commit(turn));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      turn.progress.keepOnly(payload.memberAssignment);
      this.#former.add(payload.memberId);
      this.#joined = true;
      this.#fault = undefined;
      onJoined();
    });
    const committing = setInterval(() => void this.#commit(turn), COMMIT_INTERVAL_MS);
    try {
      await consumer.connect();
      this.#fault = undefined;
      const topics = await this.#settings.topics();
      this.#topicCount = topics.length;
      if (topics.length > 0) {
        await consumer.subscribe({ topics, fromBeginning: true });
        if (cluster !== undefined)
          await dismissDeadMembers({ cluster, groupId, former: this.#former, logger });
        this.#former.clear();
        this.#turn = turn;
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: topics.length * lanesPerTopic,
          eachBatch: (payload) => onBatch(payload, turn),
        });
      } else {
        this.#fault = undefined;
        onJoined();
      }
      const how = await ended;
      if (how.kind === 'asked' && topics.length > 0) await this.#finish(turn, topics);
      return how;
    } catch (error) {
      return { kind: 'crashed', error: error instanceof Error ? error : new Error(String(error)) };
    } finally {
      clearInterval(committing);
      turn.ending.abort();
      this.#turn = undefined;
      this.#joined = false;
      await this.#disconnect(consumer);
      // The next turn reads again what this one has in hand, and must not meet it.
      await within(DRAIN_LIMIT_MS, this.#drain());
    }
  }

  /** Takes nothing new, lets the work in hand end, and says how far it got. */
  async #finish(turn: ConsumerTurn, topics: string[]): Promise<void> {
    turn.consumer.pause(topics.map((topic) => ({ topic })));
    await within(DRAIN_LIMIT_MS, this.#drain());
    await within(COMMIT_LIMIT_MS, this.#commit(turn));
  }

  async #disconnect(consumer: Consumer): Promise<void> {
    const { logger, groupId } = this.#settings;
    try {
      const inTime = await within(CLOSE_LIMIT_MS, consumer.disconnect());
      if (!inTime)
        logger.warn({ group: groupId }, 'the consumer did not leave in time; the broker will miss it');
    } catch (error) {
      logger.debug({ reason: reasonOf(error), group: groupId }, 'a broken consumer did not close in order');
    }
  }

  #commit(turn: ConsumerTurn): Promise<void> {
    this.#committing = this.#committing.then(() => this.#commitNow(turn));
    return this.#committing;
  }

  async #commitNow(turn: ConsumerTurn): Promise<void> {
    const taken: LaneOffset[] = turn.progress.take();
    if (taken.length === 0 || turn.ending.signal.aborted) return;
    try {
      await turn.consumer.commitOffsets(taken);
    } catch (error) {
      turn.progress.putBack(taken);
      const fields = { reason: reasonOf(error), lanes: taken.length };
      this.#settings.logger.debug(fields, 'offsets were not committed; they go along with the next');
    }
  }
}
