import { type WebhookDelivery } from './post-webhooks.js';
import { webhookBackOff } from './webhook-back-off.js';

/** What an attempt to deliver a message comes to. */
export type AttemptResult =
  | { readonly kind: 'sent' }
  /** It is tried again after `waitMs` milliseconds. */
  | { readonly kind: 'deferred'; readonly failure: string; readonly waitMs: number }
  | { readonly kind: 'given-up'; readonly failure: string };

/**
 * What follows from a delivery: a receiver that wants no more (410), and one that failed often enough, is not asked again.
 * @param attempts how often the message was tried, this time included
 * @param chance from 0 to 1
 */
export function attemptResult(delivery: WebhookDelivery, attempts: number, chance: number): AttemptResult {
  switch (delivery.kind) {
    case 'accepted':
      return { kind: 'sent' };
    case 'gone':
      return { kind: 'given-up', failure: 'the receiver wants no more (410)' };
    case 'failed': {
      const { failure, askedMs } = delivery;
      const waitMs = webhookBackOff(attempts, chance, askedMs);
      return waitMs === undefined ? { kind: 'given-up', failure } : { kind: 'deferred', failure, waitMs };
    }
  }
}
