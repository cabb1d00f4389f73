import { type AttemptResult } from '@tollgate/webhooks';
import { Counter, type Registry } from 'prom-client';

/** What is counted of producers' webhooks. */
export class ProducerWebhookMetrics {
  readonly #messages: Counter<'result'>;

  constructor(registry: Registry) {
    this.#messages = new Counter({
      name: 'tollgate_producer_webhooks_total',
      help: 'Attempts to tell producers by webhook, by what became of them: sent, deferred (tried again later), given-up',
      labelNames: ['result'],
      registers: [registry],
    });
  }

  /** Counts an attempt. */
  count(kind: AttemptResult['kind']): void {
    this.#messages.inc({ result: kind });
  }
}
