import { randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SECRET = /^whsec_[A-Za-z0-9+/]+={0,2}$/;
const SHORTEST_BYTES = 24;
const LONGEST_BYTES = 64;
const NEW_BYTES = 32;

/**
 * Reads the secrets of a webhook: one, or several while one takes the place of another, each on a line of its own, like
 * `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks 1.0). What is written is never repeated.
 * @param setting what names the file, for the message
 * @throws Error for anything else
 */
export function readWebhookSecrets(text: string, setting: string): readonly string[] {
  const secrets = text.split(/\s+/).filter((line) => line !== '');
  const isSecret = (secret: string): boolean => {
    const bytes = Buffer.from(secret.slice(PREFIX.length), 'base64').length;
    return SECRET.test(secret) && bytes >= SHORTEST_BYTES && bytes <= LONGEST_BYTES;
  };
  if (secrets.length === 0 || !secrets.every(isSecret))
    throw new Error(
      `${setting} must hold whsec_ and 24 to 64 random bytes in base64, like: echo "whsec_$(openssl rand -base64 32)"`,
    );
  return secrets;
}

/**
 * A new secret of a webhook, as its receiver is told it (Standard Webhooks 1.0).
 * @param chance 32 random bytes
 */
export const newWebhookSecret = (chance: Buffer = randomBytes(NEW_BYTES)): string =>
  `${PREFIX}${chance.toString('base64')}`;
