import { setTimeout as delay } from 'node:timers/promises';
import { type Logger } from '@tollgate/runtime';
import {
  type AttemptResult,
  attemptResult,
  LONGEST_ASKED_MS,
  type WebhookDelivery,
  type WebhookPass,
  type WebhookWork,
} from '@tollgate/webhooks';
import { type DataSource } from 'typeorm';
import { type RequestReader } from '../request-status/request-reader.js';
import { type ClaimedMessage, messageQueue } from './message-queue.store.js';
import { type PostToProducer } from './post-to-producer.js';
import { keyText, messageBody, messageId } from './producer-message.js';
import { type ProducerWebhookMetrics } from './producer-webhook.metrics.js';

/** What telling producers needs. */
export interface TellProducersParts {
  readonly dataSource: DataSource;
  readonly reader: Pick<RequestReader, 'snapshots'>;
  readonly posts: PostToProducer;
  readonly metrics: ProducerWebhookMetrics;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  /** The URL under which producers reach this service. */
  readonly publicUrl: string;
  /** From 0 to 1. */
  readonly chance: () => number;
}

/** Messages under way at once, at most. */
const MAX_MESSAGES = 64;
/** To one producer: a receiver that hangs takes no more of the places than this. */
const MAX_PER_PRODUCER = 8;
/** How long it is waited for receivers before it is looked whether there is something for others. */
const LOOK_MS = 500;

type Composed = ClaimedMessage & { readonly body: string };

interface Told {
  readonly message: Composed;
  readonly delivery: WebhookDelivery;
}

/** How long a receiver asked not to be told; undefined where it did not. */
function restOf(told: readonly Told[]): number | undefined {
  const asked = told.flatMap(({ delivery }) => (delivery.kind === 'failed' ? (delivery.askedMs ?? []) : []));
  return asked.length === 0 ? undefined : Math.min(Math.max(...asked), LONGEST_ASKED_MS);
}

/**
 * Tells producers what became of their requests: each message until it is taken or was tried often enough. Producers are
 * told beside each other; a few messages of one at a time, in no certain order, and only one while its receiver takes
 * nothing. What a crash interrupts is sent once more, with the same id and the same body.
 */
export class TellProducers implements WebhookWork {
  readonly #underWay = new Map<string, Promise<void>>();
  /** Whose receiver took nothing the last time. */
  readonly #doubtful = new Set<string>();
  #places = MAX_MESSAGES;
  #fault: { readonly error: unknown } | undefined;

  constructor(private readonly parts: TellProducersParts) {}

  /**
   * Begins what is due; returns at once where there was something, and when a producer was told where all are busy.
   * @throws the database's error when it is away
   */
  async pass(): Promise<WebhookPass> {
    const claimed = await this.#claim();
    for (const [producer, messages] of Map.groupBy(claimed, (message) => message.producer))
      this.#begin(producer, messages);
    if (claimed.length === 0 && this.#underWay.size > 0) await this.#settledOrLater();
    this.#throwFault();
    return { taken: claimed.length + this.#underWay.size };
  }

  /** Returns when nothing is under way any more, whatever became of it. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  #throwFault(): void {
    const fault = this.#fault;
    this.#fault = undefined;
    if (fault !== undefined) throw fault.error;
  }

  async #settledOrLater(): Promise<void> {
    const over = new AbortController();
    const later = delay(LOOK_MS, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([...this.#underWay.values(), later]);
    over.abort();
  }

  async #claim(): Promise<Composed[]> {
    if (this.#places <= 0) return [];
    const { dataSource, reader, publicUrl } = this.parts;
    const claimed = await messageQueue.claim(dataSource, {
      messages: this.#places,
      perProducer: MAX_PER_PRODUCER,
      busy: [...this.#underWay.keys()],
      doubtful: [...this.#doubtful],
    });
    const fresh = claimed.filter(({ body }) => body === undefined);
    if (fresh.length === 0) return claimed.map((message) => ({ ...message, body: message.body ?? '' }));
    const snapshots = await reader.snapshots([...new Set(fresh.map(({ requestId }) => requestId))]);
    const bodyOf = ({ requestId, type, queuedAt: at }: ClaimedMessage): string => {
      const snapshot = snapshots.get(requestId);
      if (snapshot === undefined)
        throw new Error(`request ${requestId}, of which a producer is to be told, is gone`);
      return messageBody(snapshot, type, { publicUrl, at });
    };
    const composed = claimed.map((message) => ({ ...message, body: message.body ?? bodyOf(message) }));
    const isFresh = new Set(fresh.map(keyText));
    await messageQueue.keepBodies(
      dataSource,
      composed.filter((message) => isFresh.has(keyText(message))),
    );
    return composed;
  }

  #begin(producer: string, messages: readonly Composed[]): void {
    this.#places -= messages.length;
    const told = this.#tell(producer, messages)
      .catch((error: unknown) => {
        this.#fault ??= { error };
      })
      .finally(() => {
        this.#places += messages.length;
        this.#underWay.delete(producer);
      });
    this.#underWay.set(producer, told);
  }

  async #tell(producer: string, messages: readonly Composed[]): Promise<void> {
    const { dataSource, metrics, posts } = this.parts;
    const told: Told[] = await Promise.all(
      messages.map(async (message) => ({
        message,
        delivery: await posts.post(producer, { id: messageId(message), body: message.body }, message),
      })),
    );
    if (told.some(({ delivery }) => delivery.kind === 'accepted')) this.#doubtful.delete(producer);
    else this.#doubtful.add(producer);
    const settled = told.map(({ message, delivery }) => ({
      key: message,
      result: this.#resultOf(message, delivery),
    }));
    await messageQueue.settle(dataSource, settled);
    const rest = restOf(told);
    if (rest !== undefined) await messageQueue.rest(dataSource, producer, rest);
    for (const { result } of settled) metrics.count(result.kind);
  }

  #resultOf({ requestId, type, producer, attempts }: Composed, delivery: WebhookDelivery): AttemptResult {
    const { logger, chance } = this.parts;
    const result = attemptResult(delivery, attempts, chance());
    if (result.kind === 'sent') return result;
    const fields = { requestId, producer, type, attempts, failure: result.failure };
    if (result.kind === 'given-up')
      logger.error(
        fields,
        'the producer is not told of this request: given up; see `tollgate webhooks list`',
      );
    else logger.warn(fields, 'the producer could not be told of this request now; it will be tried again');
    return result;
  }
}
