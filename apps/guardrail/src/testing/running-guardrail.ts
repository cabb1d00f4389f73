import { NestFactory } from '@nestjs/core';
import { type KafkaConnection, KafkaLanes, LaneSender, MessagingErrorFilter } from '@tollgate/messaging';
import { createLogger, HealthChecks } from '@tollgate/runtime';
import { Registry } from 'prom-client';
import { guardrailModule } from '../guardrail.module.js';

/** The guardrail as it runs in production, without HTTP and inside the process of a spec. */
export interface RunningGuardrail {
  readonly health: HealthChecks;
  readonly metrics: Registry;
  /** What would have ended the process. */
  readonly fatal: Error[];
  stop(): Promise<void>;
}

/** Starts the guardrail on topics that exist. */
export async function startGuardrail(
  connection: KafkaConnection,
  lanes: number,
  now: () => number = Date.now,
): Promise<RunningGuardrail> {
  const logger = createLogger('guardrail', 'silent');
  const metrics = new Registry();
  const health = new HealthChecks();
  const fatal: Error[] = [];
  const closers: (() => Promise<void> | void)[] = [];
  const sender = new LaneSender({ connection, logger, metrics });
  const strategy = new KafkaLanes({
    connection,
    service: 'guardrail',
    lanes,
    logger,
    metrics,
    sender,
    onFatal: (error) => fatal.push(error),
  });
  const module = await guardrailModule(
    {
      connection,
      lanes: strategy,
      logger,
      metrics,
      health,
      onStop: (close) => closers.unshift(close),
    },
    now,
  );
  const app = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
  app.useGlobalFilters(new MessagingErrorFilter());
  await app.listen();
  return {
    health,
    metrics,
    fatal,
    stop: async () => {
      await app.close();
      for (const close of closers) await close();
      await sender.disconnect();
    },
  };
}
