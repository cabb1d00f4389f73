import { NestFactory } from '@nestjs/core';
import { type KafkaConnection, KafkaLanes, LaneSender, MessagingErrorFilter } from '@tollgate/messaging';
import { createLogger, HealthChecks } from '@tollgate/runtime';
import { Registry } from 'prom-client';
import { routerModule } from '../router.module.js';

/** The router as it runs in production, without HTTP and inside the process of a spec. */
export interface RunningRouter {
  readonly health: HealthChecks;
  /** What would have ended the process. */
  readonly fatal: Error[];
  stop(): Promise<void>;
}

/** Starts the router on topics that exist. */
export async function startRouter(connection: KafkaConnection, lanes: number): Promise<RunningRouter> {
  const logger = createLogger('router', 'silent');
  const metrics = new Registry();
  const health = new HealthChecks();
  const fatal: Error[] = [];
  const closers: (() => Promise<void> | void)[] = [];
  const sender = new LaneSender({ connection, logger, metrics });
  const strategy = new KafkaLanes({
    connection,
    service: 'router',
    lanes,
    logger,
    metrics,
    sender,
    onFatal: (error) => fatal.push(error),
  });
  const module = await routerModule({
    connection,
    lanes: strategy,
    logger,
    health,
    onStop: (close) => closers.unshift(close),
  });
  const app = await NestFactory.createMicroservice(module, { strategy, logger: false, abortOnError: false });
  app.useGlobalFilters(new MessagingErrorFilter());
  await app.listen();
  return {
    health,
    fatal,
    stop: async () => {
      await app.close();
      for (const close of closers) await close();
      await sender.disconnect();
    },
  };
}
