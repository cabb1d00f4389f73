import { randomUUID } from 'node:crypto';
import { tailGroups } from '@tollgate/contracts';
import { type EachBatchPayload } from 'kafkajs';
import { type IncomingRecord } from '../incoming-record.js';
import { kafkaClient } from '../kafka-client.js';
import { type KafkaConnection, physicalName } from '../kafka-connection.js';
import { reasonOf } from '../lanes/failure-of.js';
import { incomingLane } from '../lanes/incoming-lane.js';
import { type ConsumerTurn } from '../lanes/consumer-turn.js';
import { SteadyConsumer } from '../lanes/steady-consumer.js';
import { type LanesLogger } from '../lanes-logger.js';
import { topicBounds } from '../topics/topic-bounds.js';
import { withAdmin } from '../topics/with-admin.js';
import { TransientError } from '../transient-error.js';

/** What is followed, and by whom. */
export interface FollowTopicOptions {
  readonly connection: KafkaConnection;
  /** Logical name. */
  readonly topic: string;
  /** Gets each record once, in the order of its partition, one at a time. */
  readonly onRecord: (record: IncomingRecord) => void | Promise<void>;
  readonly logger: LanesLogger;
  /** Told when `onRecord` threw, or the topic cannot be read for good; unless given, the error ends the process. */
  readonly onFatal?: (error: Error) => void;
}

/** A topic that is being followed. */
export interface TopicTail {
  /** Resolves once every record that was there at the start has been given to `onRecord`. */
  readonly caughtUp: Promise<void>;
  /**
   * Resolves once every record that is there now has been given to `onRecord`.
   * @throws TransientError while the broker does not say where the end is
   */
  readToEnd(): Promise<void>;
  /** Stops following, and leaves nothing behind on the broker. */
  stop(): Promise<void>;
}

/** The offset after the last record, by partition; partitions without a record are left out. */
type Ends = ReadonlyMap<number, bigint>;

const FETCH = { minBytes: 1, maxWaitMs: 1_000 };
/** For who reads to the end and goes: a stop has to wait for the last fetch. */
const SHORT_FETCH = { minBytes: 1, maxWaitMs: 50 };
const endTheProcess = (error: Error): void => {
  setImmediate(() => {
    throw error;
  });
};

class Follower implements TopicTail {
  readonly caughtUp: Promise<void>;
  readonly #options: FollowTopicOptions;
  readonly #group: string;
  readonly #consumer: SteadyConsumer;
  readonly #next = new Map<number, bigint>();
  readonly #waiting = new Set<{
    readonly ends: Ends;
    readonly resolve: () => void;
    readonly reject: (error: Error) => void;
  }>();
  #inHand: Promise<void> = Promise.resolve();
  #fatal: Error | undefined;

  constructor(options: FollowTopicOptions, ends: Ends, fetch = FETCH) {
    const { connection, topic, logger } = options;
    this.#options = options;
    // kafkajs reads in groups only; this one is for nobody else, and is removed at the end.
    this.#group = physicalName(connection, `${tailGroups(connection.clientId)}${randomUUID()}`);
    this.#consumer = new SteadyConsumer({
      kafka: kafkaClient(connection, logger),
      groupId: this.#group,
      topics: async () => [physicalName(connection, topic)],
      // One partition after the other: records are handed over one at a time.
      lanesPerTopic: 1,
      fetch,
      logger,
      onBatch: (payload, turn) => (this.#inHand = this.#take(payload, turn)),
      onFatal: (error) => this.#stopForGood(error),
    });
    this.caughtUp = this.#reached(ends);
    this.caughtUp.catch(() => undefined);
    this.#consumer.start(() => this.#inHand);
  }

  async readToEnd(): Promise<void> {
    await this.#reached(await endsOf(this.#options));
  }

  async stop(): Promise<void> {
    await this.#consumer.stop();
    try {
      await withAdmin(this.#options.connection, (admin) => admin.deleteGroups([this.#group]));
    } catch (error) {
      // It is empty, so the broker forgets it in time by itself.
      this.#options.logger.debug(
        { group: this.#group, reason: reasonOf(error) },
        'a group of a tail was not removed',
      );
    }
  }

  async #take(payload: EachBatchPayload, turn: ConsumerTurn): Promise<void> {
    const { batch } = payload;
    const { partition } = batch;
    if (this.#fatal !== undefined) return;
    for (const record of incomingLane(this.#options.topic, payload)) {
      if (record.offset < (this.#next.get(partition) ?? 0n)) continue;
      try {
        await this.#options.onRecord(record);
      } catch (error) {
        return this.#stopForGood(error);
      }
      this.#next.set(partition, record.offset + 1n);
      await payload.heartbeat();
    }
    const next = BigInt(batch.lastOffset()) + 1n;
    this.#next.set(partition, next);
    payload.resolveOffset(batch.lastOffset());
    turn.progress.settle(batch.topic, partition, String(next));
    this.#wake();
  }

  #reached(ends: Ends): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add({ ends, resolve, reject });
      this.#wake();
    });
  }

  #wake(): void {
    for (const waiter of this.#waiting) {
      const isThere = [...waiter.ends].every(([partition, end]) => (this.#next.get(partition) ?? 0n) >= end);
      if (!isThere && this.#fatal === undefined) continue;
      this.#waiting.delete(waiter);
      if (this.#fatal === undefined) waiter.resolve();
      else waiter.reject(this.#fatal);
    }
  }

  #stopForGood(error: unknown): void {
    if (this.#fatal !== undefined) return;
    this.#fatal = error instanceof Error ? error : new Error(String(error));
    this.#options.logger.error(
      { topic: this.#options.topic, err: this.#fatal },
      'a topic cannot be followed any further',
    );
    this.#wake();
    void this.#consumer.stop();
    (this.#options.onFatal ?? endTheProcess)(this.#fatal);
  }
}

async function endsOf({ connection, topic }: FollowTopicOptions): Promise<Ends> {
  try {
    const offsets = await withAdmin(connection, (admin) =>
      topicBounds(admin, physicalName(connection, topic)),
    );
    return new Map(
      offsets
        .filter(({ low, high }) => low !== high)
        .map(({ partition, high }) => [partition, BigInt(high)] as const),
    );
  } catch (error) {
    throw new TransientError(`the end of ${topic} is not known: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Gives every record of a topic to `onRecord`, from the first one on, and then each new one as it comes.
 * @throws TransientError when the broker does not answer at the start; later it is waited for
 */
export async function followTopic(options: FollowTopicOptions): Promise<TopicTail> {
  return new Follower(options, await endsOf(options));
}

/**
 * Every record that a topic holds now, partition after partition as they come.
 * @throws TransientError when the broker does not answer
 */
export async function readTopic(
  options: Pick<FollowTopicOptions, 'connection' | 'topic' | 'logger'>,
): Promise<IncomingRecord[]> {
  const records: IncomingRecord[] = [];
  const onRecord = (record: IncomingRecord): void => void records.push(record);
  const ends = await endsOf({ ...options, onRecord });
  if (ends.size === 0) return records;
  const follower = new Follower({ ...options, onRecord, onFatal: () => undefined }, ends, SHORT_FETCH);
  try {
    await follower.caughtUp;
  } finally {
    await follower.stop();
  }
  return records;
}
