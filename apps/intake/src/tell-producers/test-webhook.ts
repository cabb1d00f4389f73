import { type PostToProducer } from './post-to-producer.js';
import { type ProducerWebhooks } from './producer-webhook.store.js';

/** What became of a message by which a webhook is tried. */
export interface WebhookTest {
  readonly producer: string;
  /** Its `webhook-id`. */
  readonly webhookId: string;
  /** Whether the receiver took it. */
  readonly delivered: boolean;
  /** Why it did not. */
  readonly failure?: string;
}

/** What trying a webhook needs. */
export interface TestWebhookParts {
  readonly webhooks: Pick<ProducerWebhooks, 'destination'>;
  readonly posts: PostToProducer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** Tries webhooks: one message of the type `webhook.test`, at once and once, about no request. */
export class TestWebhook {
  constructor(private readonly parts: TestWebhookParts) {}

  /** @returns undefined where the producer has no webhook */
  async test(producer: string): Promise<WebhookTest | undefined> {
    const { webhooks, posts, now, newId } = this.parts;
    const destination = await webhooks.destination(producer);
    if (destination === undefined) return undefined;
    const webhookId = `msg_${newId()}`;
    const body = JSON.stringify({
      type: 'webhook.test',
      timestamp: new Date(now()).toISOString(),
      data: { producer },
    });
    const delivery = await posts.post(producer, { id: webhookId, body }, destination);
    switch (delivery.kind) {
      case 'accepted':
        return { producer, webhookId, delivered: true };
      case 'gone':
        return { producer, webhookId, delivered: false, failure: 'the receiver answered 410' };
      case 'failed':
        return { producer, webhookId, delivered: false, failure: delivery.failure };
    }
  }
}
