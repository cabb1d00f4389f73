import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { deadLetterTopic, retryTopic, type ServiceName } from '@tollgate/contracts';
import { type EachBatchPayload, type Kafka } from 'kafkajs';
import { type Registry } from 'prom-client';
import { deadLetterOf, originOf } from '../dead-letter/dead-letter-record.js';
import { type IncomingRecord } from '../incoming-record.js';
import { kafkaClient } from '../kafka-client.js';
import { type KafkaConnection, logicalName, physicalName } from '../kafka-connection.js';
import { type LanesLogger } from '../lanes-logger.js';
import { MessagingMetrics } from '../messaging-metrics.js';
import { type OutgoingRecord } from '../outgoing-record.js';
import { PermanentError } from '../permanent-error.js';
import { type LaneSender } from '../sender/lane-sender.js';
import { GatheredRounds } from './gathered-rounds.js';
import { HandlerRounds } from './handler-rounds.js';
import { incomingLane } from './incoming-lane.js';
import {
  type HandlerExtras,
  HandlerTable,
  isPattern,
  type LaneHandler,
  type NestHandler,
} from './lane-handler.js';
import { LaneWork } from './lane-work.js';
import { memberName, processSpace } from './member-name.js';
import { type ConsumerTurn } from './consumer-turn.js';
import { SteadyConsumer } from './steady-consumer.js';
import { TopicDiscovery } from './topic-discovery.js';

/** What `KafkaLanes` is built from. */
export interface KafkaLanesOptions {
  readonly connection: KafkaConnection;
  readonly service: ServiceName;
  /** The number of partitions of the stage topics. */
  readonly lanes: number;
  /** The consumer group; the service's name unless told. */
  readonly groupId?: string;
  readonly logger: LanesLogger;
  readonly metrics: Registry;
  /** Told once, when the service cannot go on: the process should end. */
  readonly onFatal: (error: Error) => void;
  readonly sender: LaneSender;
  /** False where `<service>.retry` is nothing but a topic like others; true unless told. */
  readonly readOwnRetries?: boolean;
  /**
   * How a fetch waits at the broker: until so many bytes are there, for so many milliseconds at most (below 3,000: the
   * membership is kept alive between fetches). An answer at once unless told; for readers who would rather have much
   * than soon.
   */
  readonly fetch?: { readonly minBytes: number; readonly maxWaitMs: number };
}

/** What `/health/ready` says of the lanes. */
export interface LanesHealth {
  readonly ok: boolean;
  readonly detail: string;
}

/** A fetch that finds nothing waits this long at the broker: short, since a stop has to wait for it too. */
const FETCH_AT_ONCE = { minBytes: 1, maxWaitMs: 500 };

/**
 * Nest's transport on Kafka: hands records to the `@EventPattern` methods of a service and sends what they return.
 * All lanes of one fetch make one round: a handler gets one call (or one per record), what follows is sent in one
 * request, and only then is the round settled. See `HandlerExtras` for the forms of a handler.
 */
export class KafkaLanes extends Server implements CustomTransportStrategy {
  // The lanes decide on a handler's error; Nest need not report it.
  override propagatesEventHandlerErrors = true;

  readonly #options: KafkaLanesOptions;
  readonly #handlers = new HandlerTable();
  readonly #rounds = new Map<LaneHandler, HandlerRounds>();
  readonly #gathered: GatheredRounds;
  readonly #metrics: MessagingMetrics;
  readonly #kafka: Kafka;
  readonly #consumer: SteadyConsumer;
  readonly #discovery: TopicDiscovery;
  readonly #holds: Promise<unknown>[] = [];
  readonly #closing = new AbortController();
  /** For what stands on the retry topic and is no record of a topic that this service reads. */
  readonly #refuser: LaneHandler;
  #holding = false;
  #fatal: Error | undefined;

  constructor(options: KafkaLanesOptions) {
    super();
    this.#options = options;
    this.#metrics = MessagingMetrics.of(options.metrics);
    const clientId = memberName(options.connection.clientId, processSpace(), process.pid);
    this.#kafka = kafkaClient({ ...options.connection, clientId }, options.logger);
    this.#refuser = {
      pattern: retryTopic(options.service),
      batch: false,
      raw: true,
      call: async () => {
        throw new PermanentError(`this is no dead letter of a topic that ${options.service} reads`);
      },
    };
    this.#gathered = new GatheredRounds({
      rounds: this.#rounds,
      logger: options.logger,
      metrics: this.#metrics,
      closing: this.#closing.signal,
      onFatal: (error) => this.#stopForGood(error),
    });
    this.#discovery = new TopicDiscovery({
      kafka: this.#kafka,
      logger: options.logger,
      select: (topics) => this.#topicsAmong(topics),
      onChange: () => this.#consumer.renew(),
    });
    this.#consumer = new SteadyConsumer({
      kafka: this.#kafka,
      groupId: physicalName(options.connection, options.groupId ?? options.service),
      topics: () => this.#topics(),
      lanesPerTopic: options.lanes,
      fetch: options.fetch ?? FETCH_AT_ONCE,
      logger: options.logger,
      onBatch: (payload, turn) => this.#takeLane(payload, turn),
      onRebuild: () => this.#metrics.rebuilds.inc(),
      onFatal: (error) => this.#stopForGood(error),
    });
  }

  override addHandler(
    pattern: unknown,
    callback: NestHandler,
    isEventHandler = false,
    extras: HandlerExtras = {},
  ): void {
    if (typeof pattern !== 'string')
      throw new Error('the lanes take the name of a topic, or a pattern that ends in *');
    if (!isEventHandler)
      throw new Error(`the handler of ${pattern} must be an @EventPattern: nobody waits for an answer`);
    this.#handlers.add(pattern, callback, extras);
  }

  /** No record is read before `ready` resolves; its rejection is fatal. */
  holdUntil(ready: Promise<unknown>): void {
    this.#holds.push(ready);
    // Looked at when the lanes start; until then a rejection is not unhandled.
    ready.catch(() => undefined);
  }

  /** Starts reading and goes on in the background: a broker that is away is waited for. */
  listen(callback: (error?: unknown) => void): void {
    for (const handler of [...this.#handlers.all, this.#refuser])
      this.#rounds.set(handler, this.#roundsOf(handler));
    if (this.#handlers.all.length > 0) void this.#start();
    callback();
  }

  /** Finishes the rounds in hand, commits, and leaves the group, within a few seconds. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#discovery.stop();
    await this.#consumer.stop();
  }

  /** Looks at once for topics that have come into being, and reads them too. */
  async rediscover(): Promise<void> {
    await this.#discovery.look();
  }

  /** Makes a dead letter of a record that the service reads by other means, and returns once the broker has it. */
  async setAside(record: IncomingRecord, reason: string): Promise<void> {
    await this.#options.sender.send([this.#deadLetterOf(record, reason)]);
  }

  health(): LanesHealth {
    if (this.#fatal !== undefined) return { ok: false, detail: `stopped: ${this.#fatal.message}` };
    if (this.#handlers.all.length === 0) return { ok: true, detail: 'there is nothing to read' };
    if (this.#holding) return { ok: false, detail: 'waits until the service can take records' };
    const sending = this.#options.sender.health();
    if (!sending.ok) return sending;
    const reading = this.#consumer.health();
    const waiting = [...this.#rounds.values()]
      .map((rounds) => rounds.waitingFor)
      .find((reason) => reason !== undefined);
    return waiting === undefined || !reading.ok ? reading : { ok: false, detail: waiting };
  }

  on(): never {
    throw new Error('the lanes have no client events');
  }

  unwrap<T>(): T {
    throw new Error('nothing but the lanes speaks to their client');
  }

  #roundsOf(handler: LaneHandler): HandlerRounds {
    const { sender, logger } = this.#options;
    return new HandlerRounds({
      handler,
      logger,
      metrics: this.#metrics,
      closing: this.#closing.signal,
      exits: {
        send: (records: OutgoingRecord[]) => sender.send(records),
        deadLetter: (record: IncomingRecord, reason: string) => this.#deadLetterOf(record, reason),
      },
      onFatal: (error) => this.#stopForGood(error),
    });
  }

  #deadLetterOf(record: IncomingRecord, reason: string): OutgoingRecord {
    const { service, lanes, logger } = this.#options;
    if (record.topic === deadLetterTopic(service))
      throw new Error(`cannot digest its own dead letters: ${reason}`);
    this.#metrics.deadLetters.inc({ topic: record.topic });
    const { topic, partition, offset, key } = record;
    logger.warn(
      { topic, partition, offset: String(offset), requestId: key, reason },
      'a record becomes a dead letter',
    );
    return deadLetterOf(record, { service, reason, at: new Date().toISOString() }, lanes);
  }

  async #start(): Promise<void> {
    this.#holding = true;
    try {
      await Promise.all(this.#holds);
    } catch (error) {
      this.#stopForGood(error);
      return;
    } finally {
      this.#holding = false;
    }
    if (this.#closing.signal.aborted) return;
    this.#consumer.start(() => this.#gathered.drained());
    if (this.#handlers.all.some(({ pattern }) => isPattern(pattern))) this.#discovery.start();
  }

  /** The physical names of all that is to be read. */
  async #topics(): Promise<string[]> {
    const needsLook = this.#handlers.all.some(({ pattern }) => isPattern(pattern));
    return needsLook ? this.#discovery.selected() : this.#topicsAmong([]);
  }

  #topicsAmong(existing: readonly string[]): string[] {
    const { connection, service } = this.#options;
    const logical = existing
      .map((name) => logicalName(connection, name))
      .filter((name) => name !== undefined);
    const topics = new Set(this.#handlers.topicsAmong(logical));
    if (this.#options.readOwnRetries !== false) topics.add(retryTopic(service));
    return [...topics].map((topic) => physicalName(connection, topic));
  }

  /** Takes one lane of a fetch; the others of the fetch come in the same turn of the event loop, and make a round. */
  async #takeLane(payload: EachBatchPayload, turn: ConsumerTurn): Promise<void> {
    if (this.#closing.signal.aborted || this.#fatal !== undefined) return;
    const topic = logicalName(this.#options.connection, payload.batch.topic);
    if (topic === undefined) throw new Error(`${payload.batch.topic} is not a topic of this system`);
    const work = new LaneWork(topic, payload, turn);
    this.#fill(work);
    await this.#gathered.take(work);
  }

  #fill(work: LaneWork): void {
    const { topic, payload } = work;
    const isRetry = this.#options.readOwnRetries !== false && topic === retryTopic(this.#options.service);
    const handler = this.#handlers.of(topic);
    for (const record of incomingLane(topic, payload)) {
      const fetchedOffset = String(record.offset);
      if (handler !== undefined) work.add(handler, record, fetchedOffset);
      if (!isRetry) continue;
      const origin = this.#originOf(record);
      const owner = origin === undefined ? undefined : this.#handlers.of(origin.topic);
      if (origin === undefined || owner === undefined) work.add(this.#refuser, record, fetchedOffset);
      else work.add(owner, origin, fetchedOffset);
    }
  }

  #originOf(retry: IncomingRecord): IncomingRecord | undefined {
    try {
      return originOf(retry);
    } catch (error) {
      if (error instanceof PermanentError) return undefined;
      throw error;
    }
  }

  #stopForGood(error: unknown): void {
    if (this.#fatal !== undefined || this.#closing.signal.aborted) return;
    this.#fatal = error instanceof Error ? error : new Error(String(error));
    this.#options.logger.error({ err: this.#fatal }, 'an error that nobody foresaw: the lanes stop');
    void this.close();
    this.#options.onFatal(this.#fatal);
  }
}
