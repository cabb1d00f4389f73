import { Webhook } from 'standardwebhooks';

/** What is signed. */
export interface SignedMessage {
  readonly id: string;
  readonly body: string;
}

/**
 * The headers of a webhook (Standard Webhooks 1.0).
 * @param secrets each of them signs
 * @param now when it is sent, milliseconds since 1970
 */
export const webhookHeaders = (
  { id, body }: SignedMessage,
  secrets: readonly string[],
  now: number,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(now / 1000)),
  'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, new Date(now), body)).join(' '),
});
