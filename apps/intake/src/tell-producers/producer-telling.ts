import { randomUUID } from 'node:crypto';
import { type Provider } from '@nestjs/common';
import { type Logger } from '@tollgate/runtime';
import { PostWebhooks, type TargetRules, WebhookRound } from '@tollgate/webhooks';
import { type Registry } from 'prom-client';
import { type DataSource } from 'typeorm';
import { type IntakeConfig } from '../intake.config.js';
import { RemoveProducer } from '../producers/remove-producer.js';
import { type RequestReader } from '../request-status/request-reader.js';
import { countMessages } from './count-messages.js';
import { PostToProducer } from './post-to-producer.js';
import { TARGET_RULES } from './producer-webhook.controller.js';
import { ProducerWebhookMetrics } from './producer-webhook.metrics.js';
import { ProducerWebhooks } from './producer-webhook.store.js';
import { TellProducers } from './tell-producers.js';
import { TestWebhook } from './test-webhook.js';
import { readTextSeal } from './text-seal.js';

/** What telling producers needs of the service. */
export interface ProducerTellingSurroundings {
  readonly config: Pick<IntakeConfig, 'producerWebhookPrivate' | 'producerWebhookKeyFile' | 'publicUrl'>;
  readonly dataSource: DataSource;
  readonly reader: RequestReader;
  readonly metrics: Registry;
  readonly logger: Logger;
}

/** What telling producers gives to the service. */
export interface ProducerTelling {
  readonly providers: Provider[];
  /** What is under way is sent again after the next start. */
  stop(): Promise<void>;
}

/** Starts to tell producers, beside everything else. */
export function producerTelling({ config, metrics, ...parts }: ProducerTellingSurroundings): ProducerTelling {
  const { dataSource, logger } = parts;
  const rules: TargetRules = {
    allowPrivate: config.producerWebhookPrivate === 'true',
    privateSetting: 'PRODUCER_WEBHOOK_PRIVATE',
  };
  const now = Date.now;
  const post = new PostWebhooks({ now });
  const webhooks = new ProducerWebhooks(dataSource, readTextSeal(config.producerWebhookKeyFile));
  const posts = new PostToProducer({ webhooks, post, rules });
  const telling = new TellProducers({
    ...parts,
    posts,
    metrics: new ProducerWebhookMetrics(metrics),
    publicUrl: config.publicUrl,
    chance: Math.random,
  });
  const round = new WebhookRound(telling, logger);
  const endCounting = countMessages(dataSource, metrics, logger);
  round.start();
  return {
    providers: [
      { provide: TARGET_RULES, useValue: rules },
      { provide: ProducerWebhooks, useValue: webhooks },
      {
        provide: TestWebhook,
        useValue: new TestWebhook({ webhooks, posts, now, newId: randomUUID }),
      },
      { provide: RemoveProducer, useValue: new RemoveProducer(dataSource, webhooks) },
    ],
    stop: async () => {
      endCounting();
      const stopped = round.stop();
      // A receiver that hangs does not hold the stop up.
      post.close();
      await stopped;
      await telling.settled();
    },
  };
}
