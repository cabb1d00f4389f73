import { setTimeout as delay } from 'node:timers/promises';
import { type Logger } from '@tollgate/runtime';
import {
  type AttemptResult,
  attemptResult,
  checkTarget,
  type PostWebhooks,
  type TargetRules,
  type WebhookDelivery,
  type WebhookPass,
  type WebhookWork,
} from '@tollgate/webhooks';
import { type DataSource } from 'typeorm';
import { type RequestReader } from '../request-status/request-reader.js';
import { type ClaimedMessage, messageQueue } from './message-queue.store.js';
import { messageBody, messageId, typeOf } from './producer-message.js';
import { type ProducerWebhookMetrics } from './producer-webhook.metrics.js';

/** What telling producers needs. */
export interface TellProducersParts {
  readonly dataSource: DataSource;
  readonly reader: Pick<RequestReader, 'snapshots'>;
  readonly post: Pick<PostWebhooks, 'post'>;
  /** Where webhooks may be; what was taken once may be refused later. */
  readonly rules: TargetRules;
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

/**
 * Tells producers what became of their requests: each message until it is taken or was tried often enough. Producers are
 * told beside each other; a few messages of one at a time, in no certain order. What a crash interrupts is sent once
 * more, with the same id and the same body.
 */
export class TellProducers implements WebhookWork {
  readonly #underWay = new Map<string, Promise<void>>();
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
    });
    const fresh = claimed.filter(({ body }) => body === undefined);
    const bodies = new Map<string, string>();
    if (fresh.length > 0) {
      const snapshots = await reader.snapshots(fresh.map(({ requestId }) => requestId));
      for (const { requestId, status, queuedAt: at } of fresh) {
        const snapshot = snapshots.get(requestId);
        if (snapshot === undefined)
          throw new Error(`request ${requestId}, of which a producer is to be told, is gone`);
        bodies.set(requestId, messageBody(snapshot, status, { publicUrl, at }));
      }
      await messageQueue.keepBodies(dataSource, bodies);
    }
    return claimed.map((message) => ({
      ...message,
      body: message.body ?? bodies.get(message.requestId) ?? '',
    }));
  }

  #begin(producer: string, messages: readonly Composed[]): void {
    this.#places -= messages.length;
    const told = this.#tell(messages)
      .catch((error: unknown) => {
        this.#fault ??= { error };
      })
      .finally(() => {
        this.#places += messages.length;
        this.#underWay.delete(producer);
      });
    this.#underWay.set(producer, told);
  }

  async #tell(messages: readonly Composed[]): Promise<void> {
    const { dataSource, metrics } = this.parts;
    const settled = await Promise.all(
      messages.map(async (message) => ({
        requestId: message.requestId,
        result: this.#resultOf(message, await this.#post(message)),
      })),
    );
    await messageQueue.settle(dataSource, settled);
    for (const { result } of settled) metrics.count(result.kind);
  }

  async #post({ requestId, body, url, secrets }: Composed): Promise<WebhookDelivery> {
    const { target, fault } = checkTarget(url, this.parts.rules);
    if (target === undefined) return { kind: 'failed', failure: `the address ${fault}` };
    return this.parts.post.post({ id: messageId(requestId), body }, { target, secrets });
  }

  #resultOf({ requestId, producer, status, attempts }: Composed, delivery: WebhookDelivery): AttemptResult {
    const { logger, chance } = this.parts;
    const result = attemptResult(delivery, attempts, chance());
    if (result.kind === 'sent') return result;
    const fields = { requestId, producer, type: typeOf(status), attempts, failure: result.failure };
    if (result.kind === 'given-up')
      logger.error(
        fields,
        'the producer is not told of this request: given up; see `tollgate webhooks list`',
      );
    else logger.warn(fields, 'the producer could not be told of this request now; it will be tried again');
    return result;
  }
}
