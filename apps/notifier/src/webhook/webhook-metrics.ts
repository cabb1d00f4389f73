import { Counter, type Registry } from 'prom-client';

/** What is counted of webhooks. */
export class WebhookMetrics {
  readonly webhooks: Counter<'result'>;

  constructor(metrics: Registry) {
    this.webhooks = new Counter({
      name: 'tollgate_webhooks_total',
      help: 'Attempts to tell the webhook of approvals, by what became of them: sent, deferred (tried again later), given-up.',
      labelNames: ['result'],
      registers: [metrics],
    });
  }
}
