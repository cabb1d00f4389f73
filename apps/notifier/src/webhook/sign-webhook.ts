import { Webhook } from 'standardwebhooks';

const SECRET = /^whsec_[A-Za-z0-9+/]+={0,2}$/;
const SHORTEST_BYTES = 24;
const LONGEST_BYTES = 64;

/**
 * Reads the secrets of a webhook: one, or several while one takes the place of another, each on a line of its own, like
 * `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks 1.0). What is written is never repeated.
 * @throws Error for anything else
 */
export function readWebhookSecrets(text: string): readonly string[] {
  const secrets = text.split(/\s+/).filter((line) => line !== '');
  const isSecret = (secret: string): boolean => {
    const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64').length;
    return SECRET.test(secret) && bytes >= SHORTEST_BYTES && bytes <= LONGEST_BYTES;
  };
  if (secrets.length === 0 || !secrets.every(isSecret))
    throw new Error(
      'APPROVAL_WEBHOOK_SECRET_FILE must hold whsec_ and 24 to 64 random bytes in base64, like: echo "whsec_$(openssl rand -base64 32)"',
    );
  return secrets;
}

/** What is signed. */
export interface SignedMessage {
  readonly id: string;
  readonly body: string;
}

/**
 * The headers of a webhook (Standard Webhooks 1.0).
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
