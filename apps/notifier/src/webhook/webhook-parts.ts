import { readFileSync } from 'node:fs';
import { type LanesLogger } from '@tollgate/messaging';
import {
  checkTarget,
  PostWebhooks,
  readWebhookSecrets,
  type WebhookDestination,
  WebhookRound,
} from '@tollgate/webhooks';
import { type Registry } from 'prom-client';
import { type DataSource } from 'typeorm';
import { type NotifierConfig } from '../notifier.config.js';
import { SendWebhooks } from './send-webhooks.js';
import { WebhookMetrics } from './webhook-metrics.js';

/**
 * Reads what the configuration says of the webhook.
 * @returns undefined where there is none
 * @throws Error for an address or a secret that cannot be used
 */
export function readWebhook({
  approvalWebhookUrl: url,
  approvalWebhookSecretFile: file,
  approvalWebhookPrivate,
}: Pick<NotifierConfig, 'approvalWebhookUrl' | 'approvalWebhookSecretFile' | 'approvalWebhookPrivate'>):
  WebhookDestination | undefined {
  if (url === undefined || file === undefined) return undefined;
  const { target, fault } = checkTarget(url, {
    allowPrivate: approvalWebhookPrivate === 'true',
    privateSetting: 'APPROVAL_WEBHOOK_PRIVATE',
  });
  if (target === undefined) throw new Error(`APPROVAL_WEBHOOK_URL ${fault}`);
  return { target, secrets: readWebhookSecrets(readFileSync(file, 'utf8'), 'APPROVAL_WEBHOOK_SECRET_FILE') };
}

/** What telling the webhook needs. */
export interface WebhookSurroundings extends WebhookDestination {
  /** Its connections carry `WEBHOOK_SESSION`. */
  readonly dataSource: DataSource;
  readonly metrics: Registry;
  readonly logger: LanesLogger;
  /** Where approvers reach the pages, without a slash at the end. */
  readonly publicUrl: string;
}

/** Puts the webhook together; it tells once it is started. */
export function webhookSender({ target, secrets, metrics, ...parts }: WebhookSurroundings): {
  start(): void;
  stop(): Promise<void>;
} {
  const post = new PostWebhooks({ now: Date.now });
  const sending = new SendWebhooks({
    ...parts,
    post,
    destination: { target, secrets },
    metrics: new WebhookMetrics(metrics),
    chance: Math.random,
  });
  const round = new WebhookRound(sending, parts.logger);
  return {
    start: () => {
      round.start();
      parts.logger.info({ host: target.url.host }, 'a webhook is told when approvals open, change and close');
    },
    stop: async () => {
      const stopped = round.stop();
      // A receiver that hangs does not hold the stop up: what is under way is sent again after the next start.
      post.close();
      await stopped;
    },
  };
}
