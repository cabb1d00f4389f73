import { type Logger } from '@tollgate/runtime';
import { PostWebhooks, type TargetRules, WebhookRound } from '@tollgate/webhooks';
import { type Registry } from 'prom-client';
import { type DataSource } from 'typeorm';
import { type IntakeConfig } from '../intake.config.js';
import { type RequestReader } from '../request-status/request-reader.js';
import { ProducerWebhookMetrics } from './producer-webhook.metrics.js';
import { TellProducers } from './tell-producers.js';

/** Where producers' webhooks may be, by the configuration. */
export const targetRules = ({
  producerWebhookPrivate,
}: Pick<IntakeConfig, 'producerWebhookPrivate'>): TargetRules => ({
  allowPrivate: producerWebhookPrivate === 'true',
  privateSetting: 'PRODUCER_WEBHOOK_PRIVATE',
});

/** What telling producers needs of the service. */
export interface ProducerTellerSurroundings {
  readonly config: Pick<IntakeConfig, 'producerWebhookPrivate' | 'publicUrl'>;
  readonly dataSource: DataSource;
  readonly reader: RequestReader;
  readonly metrics: Registry;
  readonly logger: Logger;
}

/**
 * Starts to tell producers, beside everything else.
 * @returns ends it: what is under way is sent again after the next start
 */
export function startTellingProducers({
  config,
  metrics,
  ...parts
}: ProducerTellerSurroundings): () => Promise<void> {
  const post = new PostWebhooks({ now: Date.now });
  const telling = new TellProducers({
    ...parts,
    post,
    rules: targetRules(config),
    metrics: new ProducerWebhookMetrics(metrics),
    publicUrl: config.publicUrl,
    chance: Math.random,
  });
  const round = new WebhookRound(telling, parts.logger);
  round.start();
  return async () => {
    const stopped = round.stop();
    // A receiver that hangs does not hold the stop up.
    post.close();
    await stopped;
    await telling.settled();
  };
}
