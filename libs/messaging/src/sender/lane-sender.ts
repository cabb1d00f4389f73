import { MAX_RECORD_BYTES } from '@tollgate/contracts';
import { type Producer } from 'kafkajs';
import { type Registry } from 'prom-client';
import { pauseFor, reconnectMs } from '../back-off.js';
import { kafkaClient, ZSTANDARD } from '../kafka-client.js';
import { type KafkaConnection, physicalName } from '../kafka-connection.js';
import { type LanesLogger } from '../lanes-logger.js';
import { MessagingMetrics } from '../messaging-metrics.js';
import { type OutgoingRecord } from '../outgoing-record.js';
import { PermanentError } from '../permanent-error.js';
import { TransientError } from '../transient-error.js';
import { isMissingIn } from './is-missing-in.js';
import { LaneMessage } from './lane-message.js';
import { sendFailureOf } from './send-failure.js';

/** What a `LaneSender` is built from. */
export interface LaneSenderOptions {
  readonly connection: KafkaConnection;
  readonly logger: LanesLogger;
  readonly metrics: Registry;
}

/** What one caller of `send` waits for. */
interface Parcel {
  open: number;
  failure: Error | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Entry {
  readonly topic: string;
  readonly message: LaneMessage;
  readonly parcel: Parcel;
}

/** Bounds of one produce request: well under what a broker takes as one batch, and large enough to be cheap. */
const REQUEST_BYTES = 4 * 1024 * 1024;
const REQUEST_RECORDS = 1_000;
/**
 * From so many bytes on a request is packed: to put large ones together and to send them costs several times as much as to
 * pack them. A small one is sooner sent than packed.
 */
const PACKED_FROM_BYTES = 256 * 1024;
/** All in-sync replicas. */
const ACKS_ALL = -1;
const ACK_TIMEOUT_MS = 10_000;
/** After this many failures in a row the connection itself is under suspicion and made anew. */
const FAILURES_BEFORE_REBUILD = 5;
/** How long `disconnect` waits for what was handed over before. */
const DRAIN_MS = 4_000;
/** How long it then waits for a request that got no answer. */
const ABANDON_MS = 1_000;

/**
 * The way out: sends records, in the order they were handed over, until the broker has acknowledged each one. One
 * request is under way at a time; what comes meanwhile gathers and goes as one, so batches grow with the load and
 * nothing waits without it. At least once: an answer that was lost makes a record go twice.
 */
export class LaneSender {
  readonly #options: LaneSenderOptions;
  readonly #metrics: MessagingMetrics;
  readonly #closing = new AbortController();
  #producer: Producer | undefined;
  #opening: Promise<Producer> | undefined;
  #queue: Entry[] = [];
  #pumping: Promise<void> | undefined;
  #draining = false;
  #fault: string | undefined;

  constructor(options: LaneSenderOptions) {
    this.#options = options;
    this.#metrics = MessagingMetrics.of(options.metrics);
  }

  /** Opens the connection. A broker that is away is no error: it is tried again with the first record. */
  async connect(): Promise<void> {
    try {
      await this.#connected();
    } catch (error) {
      this.#suspect(error);
    }
  }

  /** For `/health/ready`. */
  health(): { readonly ok: boolean; readonly detail: string } {
    return this.#fault === undefined
      ? { ok: true, detail: `${this.#queue.length} records wait to be sent` }
      : { ok: false, detail: `records cannot be sent: ${this.#fault}` };
  }

  /**
   * Resolves once the broker has acknowledged every record.
   * @throws PermanentError for a record that no broker will take; others of the call may have been sent
   * @throws TransientError when the sender was closed before all were acknowledged
   */
  async send(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    if (this.#draining) throw new TransientError('the sender is closed');
    const entries = records.map(({ topic }, index) => ({ topic, message: this.#message(records[index]!) }));
    await new Promise<void>((resolve, reject) => {
      const parcel: Parcel = { open: entries.length, failure: undefined, resolve, reject };
      for (const entry of entries) this.#queue.push({ ...entry, parcel });
      this.#pumping ??= this.#pump();
    });
  }

  /** Sends what was handed over, within a few seconds, then closes. What is left is refused with a TransientError. */
  async disconnect(): Promise<void> {
    this.#draining = true;
    await this.#pumpedWithin(DRAIN_MS);
    this.#closing.abort();
    await this.#pumpedWithin(ABANDON_MS);
    await this.#dropProducer();
  }

  async #pumpedWithin(ms: number): Promise<void> {
    if (this.#pumping === undefined) return;
    const limit = new AbortController();
    await Promise.race([this.#pumping, pauseFor(ms, limit.signal)]);
    limit.abort();
  }

  #message(record: OutgoingRecord): LaneMessage {
    const message = new LaneMessage(record);
    if (message.bytes > MAX_RECORD_BYTES) {
      throw new PermanentError(
        `the record for ${record.topic} would be larger than ${MAX_RECORD_BYTES} bytes`,
      );
    }
    return message;
  }

  async #pump(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        // Everything that is handed over in this turn of the event loop goes along.
        await new Promise(setImmediate);
        await this.#deliver(this.#takeRequest());
      }
    } finally {
      this.#pumping = undefined;
    }
  }

  #takeRequest(): Entry[] {
    let bytes = 0;
    let count = 0;
    for (const { message } of this.#queue) {
      bytes += message.bytes;
      if (count > 0 && (bytes > REQUEST_BYTES || count === REQUEST_RECORDS)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #deliver(entries: Entry[]): Promise<void> {
    let open = entries;
    for (let failures = 0; open.length > 0;) {
      if (this.#closing.signal.aborted) {
        this.#settle(
          open,
          new TransientError('the sender was closed before the broker acknowledged the record'),
        );
        return;
      }
      try {
        const unnamed = await this.#request(open);
        this.#fault = undefined;
        const lost = new Set(unnamed);
        this.#settle(unnamed.length === 0 ? open : open.filter((entry) => !lost.has(entry)));
        open = unnamed;
        if (unnamed.length === 0) return;
        this.#metrics.sendFailures.inc();
        this.#options.logger.warn(
          { records: unnamed.length },
          'the broker did not name every partition; they go again',
        );
      } catch (error) {
        this.#metrics.sendFailures.inc();
        const failure = sendFailureOf(error);
        if (failure === 'record' && open.length > 1) {
          for (const entry of open) await this.#deliver([entry]);
          return;
        }
        if (failure !== 'passing') {
          this.#settle(open, refusal(failure, open[0]?.topic, error));
          return;
        }
        this.#suspect(error);
        failures += 1;
        if (failures % FAILURES_BEFORE_REBUILD === 0) await this.#dropProducer();
        await pauseFor(reconnectMs(failures, Math.random()), this.#closing.signal);
      }
    }
  }

  /** Sends once. @returns the entries whose partition the answer does not name (kafkajs issue 1303) */
  async #request(entries: readonly Entry[]): Promise<Entry[]> {
    const byTopic = new Map<string, LaneMessage[]>();
    let bytes = 0;
    for (const { topic, message } of entries) {
      bytes += message.bytes;
      const messages = byTopic.get(topic);
      if (messages === undefined) byTopic.set(topic, [message]);
      else messages.push(message);
    }
    const producer = await this.#connected();
    const answer = await producer.sendBatch({
      acks: ACKS_ALL,
      timeout: ACK_TIMEOUT_MS,
      ...(bytes < PACKED_FROM_BYTES ? {} : { compression: ZSTANDARD }),
      topicMessages: [...byTopic].map(([topic, messages]) => ({
        topic: physicalName(this.#options.connection, topic),
        messages,
      })),
    });
    return entries.filter(isMissingIn(this.#options.connection, answer));
  }

  #connected(): Promise<Producer> {
    if (this.#producer !== undefined) return Promise.resolve(this.#producer);
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(): Promise<Producer> {
    const producer = kafkaClient(this.#options.connection, this.#options.logger).producer({
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message, partitionMetadata }) => {
          if (!(message instanceof LaneMessage)) throw new Error('only lane messages are sent here');
          return message.assign(partitionMetadata.length);
        },
    });
    await producer.connect();
    this.#producer = producer;
    return producer;
  }

  async #dropProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch((error: unknown) => {
      this.#options.logger.debug({ err: error }, 'a broken connection did not close in order');
    });
  }

  #suspect(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (this.#fault === undefined)
      this.#options.logger.warn({ reason }, 'the broker does not take records; trying again');
    this.#fault = reason;
  }

  #settle(entries: readonly Entry[], failure?: Error): void {
    if (failure === undefined) {
      const counts = new Map<string, number>();
      for (const { topic } of entries) counts.set(topic, (counts.get(topic) ?? 0) + 1);
      for (const [topic, count] of counts) this.#metrics.recordsOut.inc({ topic }, count);
    }
    for (const { parcel } of entries) {
      parcel.failure ??= failure;
      parcel.open -= 1;
      if (parcel.open > 0) continue;
      if (parcel.failure === undefined) parcel.resolve();
      else parcel.reject(parcel.failure);
    }
  }
}

const refusal = (failure: 'record' | 'forbidden', topic: string | undefined, error: unknown): Error => {
  const reason = error instanceof Error ? error.message : String(error);
  return failure === 'record'
    ? new PermanentError(`the broker refuses the record for ${topic}: ${reason}`)
    : new Error(`the broker forbids writing to ${topic}: ${reason}`, { cause: error });
};
