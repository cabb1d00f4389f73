import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type RequestStatusDocument } from '@tollgate/contracts';
import { KafkaLanes, LaneSender } from '@tollgate/messaging';
import { createLogger, HealthChecks, ProblemFilter } from '@tollgate/runtime';
import { Registry } from 'prom-client';
import { BODY_LIMIT, configureHttp } from '../configure-http.js';
import { type IntakeConfig } from '../intake.config.js';
import { intakeModule } from '../intake.module.js';
import { type TestSystem } from './test-system.js';

/** An answer, read. */
export interface Answer<Body = RequestStatusDocument> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** As JSON; the caller knows what it asked for. */
  readonly body: Body;
}

/** What a call sends. */
export interface Call {
  readonly key?: string;
  readonly method?: string;
  /** Sent as it is where it is text, as JSON otherwise. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** An intake that runs in this process, on its own port. */
export class TestIntake {
  #stopped: Promise<void> | undefined;

  private constructor(
    readonly url: string,
    readonly metrics: Registry,
    readonly health: HealthChecks,
    private readonly close: () => Promise<void>,
    /** What ended the lanes. */
    readonly fatal: readonly Error[],
  ) {}

  static async start(system: TestSystem, changes: Partial<IntakeConfig> = {}): Promise<TestIntake> {
    const config = { ...system.config(), ...changes };
    const logger = createLogger('intake', config.logLevel);
    const metrics = new Registry();
    const health = new HealthChecks();
    const fatal: Error[] = [];
    const stopping = new AbortController();
    const closers: (() => Promise<void> | void)[] = [];
    const { connection } = system;
    const sender = new LaneSender({ connection, logger, metrics });
    const lanes = new KafkaLanes({
      connection,
      service: 'intake',
      lanes: config.kafkaLanes,
      logger,
      metrics,
      sender,
      onFatal: (error) => fatal.push(error),
    });
    health.add('lanes', () => lanes.health());
    let app: NestFastifyApplication | undefined;
    const close = async (): Promise<void> => {
      stopping.abort();
      await app?.close();
      for (const closer of closers) await closer();
      await sender.disconnect();
    };
    try {
      const module = await intakeModule({
        config,
        logger,
        metrics,
        health,
        connection,
        sender,
        lanes,
        stopping: stopping.signal,
        onStop: (closer) => closers.unshift(closer),
      });
      const adapter = new FastifyAdapter({ bodyLimit: BODY_LIMIT, forceCloseConnections: true });
      app = await NestFactory.create<NestFastifyApplication>(
        { module: class TestModule {}, imports: [module] },
        adapter,
        {
          logger: false,
          abortOnError: false,
        },
      );
      app.useGlobalFilters(new ProblemFilter(logger));
      configureHttp(app);
      app.connectMicroservice({ strategy: lanes }, { inheritAppConfig: true });
      await app.startAllMicroservices();
      await app.listen(0, '127.0.0.1');
      return new TestIntake(await app.getUrl(), metrics, health, close, fatal);
    } catch (error) {
      await close();
      throw error;
    }
  }

  async call<Body = RequestStatusDocument>(
    path: string,
    { key, method, body, headers, signal }: Call = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** The value of a metric, summed over its labels, or of one labelled so. */
  async metric(name: string, labels: Record<string, string> = {}): Promise<number> {
    const found = await this.metrics.getSingleMetric(name)?.get();
    return (found?.values ?? [])
      .filter((value) => Object.entries(labels).every(([label, wanted]) => value.labels[label] === wanted))
      .reduce((sum, { value }) => sum + value, 0);
  }

  async stop(): Promise<void> {
    this.#stopped ??= this.close();
    await this.#stopped;
  }
}
