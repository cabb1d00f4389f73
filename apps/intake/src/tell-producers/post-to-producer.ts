import {
  type SignedMessage,
  checkTarget,
  type PostWebhooks,
  type TargetRules,
  type WebhookDelivery,
} from '@tollgate/webhooks';
import { type ProducerWebhooks, type SealedDestination } from './producer-webhook.store.js';

/** What posting to producers needs. */
export interface PostToProducerParts {
  readonly webhooks: Pick<ProducerWebhooks, 'opened'>;
  readonly post: Pick<PostWebhooks, 'post'>;
  /** Where webhooks may be; what was taken once may be refused later. */
  readonly rules: TargetRules;
}

/** Posts messages to producers. */
export class PostToProducer {
  constructor(private readonly parts: PostToProducerParts) {}

  /** Never throws: what fails is an answer. */
  async post(producer: string, message: SignedMessage, sealed: SealedDestination): Promise<WebhookDelivery> {
    const { webhooks, post, rules } = this.parts;
    const destination = webhooks.opened(producer, sealed);
    if (destination === undefined)
      return {
        kind: 'failed',
        failure:
          'the address and its secret cannot be opened: the key that sealed them is not in PRODUCER_WEBHOOK_KEY_FILE',
      };
    const { target, fault } = checkTarget(destination.url, rules);
    if (target === undefined) return { kind: 'failed', failure: `the address ${fault}` };
    return post.post(message, { target, secrets: destination.secrets });
  }
}
