import 'reflect-metadata';
import { type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ServiceName } from '@tollgate/contracts';
import {
  AccessRefusedError,
  type KafkaConnection,
  KafkaLanes,
  type KafkaLanesOptions,
  LaneSender,
  onceBrokerAnswers,
  TopicMismatchError,
  verifyTopics,
} from '@tollgate/messaging';
import { type FastifyReply } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { BOOT_LIMIT_MS } from './boot-limit.js';
import { HealthChecks } from './health-checks.js';
import { EXIT_CONFIG, orExit, configOrExit } from './config-or-exit.js';
import { createLogger, type Logger, NestLogAdapter } from './logger.js';
import { ProblemFilter, problemOf, sendProblem } from './problem-filter.js';
import { kafkaConnectionOf } from './kafka-settings.js';
import { DatabaseBehindError } from './repair-database.js';
import { type ServiceConfig } from './service-config.js';
import { serveOperations } from './serve-operations.js';

/** What a service's module is built from. */
export interface ServiceParts<Config extends ServiceConfig> {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly health: HealthChecks;
  readonly connection: KafkaConnection;
  readonly sender: LaneSender;
  readonly lanes: KafkaLanes;
  /** Aborted when the service begins to stop: end held answers and streams then. */
  readonly stopping: AbortSignal;
  /** Adds what must be closed after HTTP and the lanes have drained; the last added closes first. */
  onStop(close: () => Promise<void> | void): void;
}

/** A service, as its `main.ts` describes it. */
export interface ServiceDefinition<Config extends ServiceConfig> {
  readonly service: ServiceName;
  readonly config: new () => Config;
  /** Names every part of the service. What it awaits is ready before the first record or call arrives. */
  readonly module: (parts: ServiceParts<Config>) => DynamicModule | Promise<DynamicModule>;
  /** How the lanes are read, where that is not the usual way. */
  readonly lanes?: Pick<KafkaLanesOptions, 'readOwnRetries' | 'fetch'>;
  /** The largest HTTP body, in bytes. */
  readonly bodyLimit?: number;
  /** The proxies whose word on a caller's address is believed, comma-separated, as Fastify's `trustProxy` takes it. */
  readonly trustedProxies?: (config: Config) => string | undefined;
  /** Touches the HTTP server before it starts: parsers, hooks. */
  readonly configureHttp?: (app: NestFastifyApplication) => void | Promise<void>;
}

const DEFAULT_BODY_LIMIT = 64 * 1024;
/** A stop that takes longer is cut off; whoever supervises waits a little longer than this. */
const STOP_LIMIT_MS = 8_000;
/** `EX_SOFTWARE` of sysexits.h. */
const EXIT_SOFTWARE = 70;

const moduleType: Type = class ServiceModule {};

/**
 * Runs a service until SIGTERM or SIGINT: configuration, logs, HTTP on Fastify, lanes on Kafka, health, metrics.
 * Stops gracefully; ends the process with a code other than 0 when it cannot go on, for a supervisor to start anew.
 */
export async function runService<Config extends ServiceConfig>(
  definition: ServiceDefinition<Config>,
): Promise<void> {
  const { service } = definition;
  const config = configOrExit(definition.config, `${service} cannot start`);
  const logger = createLogger(service, config.logLevel);
  const metrics = new Registry();
  metrics.setDefaultLabels({ service });
  collectDefaultMetrics({ register: metrics });

  const fatal = (error: unknown): void => {
    logger.fatal({ err: error }, 'cannot go on; the process ends');
    logger.flush(() => process.exit(EXIT_SOFTWARE));
    setTimeout(() => process.exit(EXIT_SOFTWARE), 500).unref();
  };
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);

  const stopping = new AbortController();
  const closers: (() => Promise<void> | void)[] = [];
  const connection = orExit(`${service} cannot start`, () => kafkaConnectionOf(config, service));
  const sender = new LaneSender({ connection, logger, metrics });
  const lanes = new KafkaLanes({
    connection,
    service,
    lanes: config.kafkaLanes,
    logger,
    metrics,
    sender,
    onFatal: fatal,
    ...definition.lanes,
  });
  const health = new HealthChecks();
  const parts: ServiceParts<Config> = {
    config,
    logger,
    metrics,
    health,
    connection,
    sender,
    lanes,
    stopping: stopping.signal,
    onStop: (close) => closers.unshift(close),
  };

  let app: NestFastifyApplication | undefined;
  let stopped = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopped) return;
    stopped = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(EXIT_SOFTWARE), STOP_LIMIT_MS).unref();
    stopping.abort();
    await app?.close();
    for (const close of closers) await close();
    await sender.disconnect();
    logger.info('stopped');
    logger.flush(() => process.exit(0));
    setTimeout(() => process.exit(0), 200).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => void stop(signal).catch(fatal));

  try {
    await onceBrokerAnswers(
      connection,
      () => verifyTopics({ connection, lanes: config.kafkaLanes }),
      BOOT_LIMIT_MS,
    );
    await sender.connect();
    health.add('lanes', () => lanes.health());
    const adapter = new FastifyAdapter({
      bodyLimit: definition.bodyLimit ?? DEFAULT_BODY_LIMIT,
      forceCloseConnections: true,
      routerOptions: { maxParamLength: 300 },
      trustProxy: definition.trustedProxies?.(config) ?? false,
      // An address that cannot be read never reaches the routes, and so not their filter.
      frameworkErrors: (error: Error, _request: unknown, reply: FastifyReply) =>
        sendProblem(reply, problemOf(error)),
    });
    const root: DynamicModule = { module: moduleType, imports: [await definition.module(parts)] };
    app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
      logger: new NestLogAdapter(logger),
      abortOnError: false,
    });
    app.useGlobalFilters(new ProblemFilter(logger));
    await definition.configureHttp?.(app);
    serveOperations(app, { service, health, metrics, logger });
    app.connectMicroservice({ strategy: lanes }, { inheritAppConfig: true });
    await app.startAllMicroservices();
    await app.listen(config.port, config.host);
    logger.info({ url: await app.getUrl() }, 'ready');
  } catch (error) {
    if (
      error instanceof TopicMismatchError ||
      error instanceof AccessRefusedError ||
      error instanceof DatabaseBehindError
    ) {
      process.stderr.write(`${service} cannot start: ${error.message}\n`);
      process.exit(EXIT_CONFIG);
    }
    fatal(error);
  }
}
