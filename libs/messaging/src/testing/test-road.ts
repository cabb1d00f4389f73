import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern } from '@nestjs/microservices';
import { newEvent, type ServiceName, type TopicDefinition, TOPICS } from '@tollgate/contracts';
import { Registry } from 'prom-client';
import { type IncomingRecord } from '../incoming-record.js';
import { type KafkaConnection } from '../kafka-connection.js';
import { KafkaLanes, type KafkaLanesOptions } from '../lanes/kafka-lanes.js';
import { type HandlerExtras } from '../lanes/lane-handler.js';
import { MessagingErrorFilter } from '../lanes/messaging-error-filter.js';
import { outgoing, type OutgoingRecord } from '../outgoing-record.js';
import { LaneSender } from '../sender/lane-sender.js';
import { readTopic } from '../tail/follow-topic.js';
import { createTopics } from '../topics/create-topics.js';
import { withAdmin } from '../topics/with-admin.js';
import { TestLogger } from './test-logger.js';

/** A handler of a service in a test: what its `@EventPattern` method does. */
export interface TestHandler {
  readonly pattern: string;
  readonly extras?: HandlerExtras;
  // A test says what it takes; Nest hands over whatever comes.
  readonly handle: (input: never) => unknown;
}

/** A service of a test, as it runs. */
export interface TestService {
  readonly lanes: KafkaLanes;
  readonly sender: LaneSender;
  readonly metrics: Registry;
  readonly logger: TestLogger;
  /** What `onFatal` was told. */
  readonly fatal: Error[];
  stop(): Promise<void>;
}

const controllerOf = ({ pattern, extras, handle }: TestHandler): new () => object => {
  @Controller()
  class TestController {
    @EventPattern(pattern, { batch: extras?.batch, raw: extras?.raw })
    take(input: object): unknown {
      return handle(input as never);
    }
  }
  return TestController;
};

/** Topics of its own on the broker of the tests, and services on them. */
export class TestRoad {
  readonly connection: KafkaConnection;
  readonly sender: LaneSender;
  readonly logger = new TestLogger();
  readonly #services: TestService[] = [];

  constructor(
    brokers: readonly string[],
    topicPrefix: string,
    readonly lanes = 4,
  ) {
    this.connection = { brokers, topicPrefix, clientId: 'test' };
    this.sender = new LaneSender({
      connection: this.connection,
      logger: this.logger,
      metrics: new Registry(),
    });
  }

  /** Creates the topics of that name, or all. */
  async build(...names: string[]): Promise<this> {
    const definitions = names.length === 0 ? TOPICS : TOPICS.filter(({ name }) => names.includes(name));
    await this.create(definitions);
    return this;
  }

  async create(definitions: readonly TopicDefinition[]): Promise<void> {
    await createTopics({ connection: this.connection, lanes: this.lanes, definitions });
  }

  /** Starts a service whose handlers Nest calls as it does in production. */
  async start(
    service: ServiceName,
    handlers: readonly TestHandler[],
    { prepare, ...options }: Partial<KafkaLanesOptions> & { prepare?: (lanes: KafkaLanes) => void } = {},
  ): Promise<TestService> {
    const logger = new TestLogger();
    const metrics = new Registry();
    const fatal: Error[] = [];
    const sender = new LaneSender({ connection: this.connection, logger, metrics });
    const lanes = new KafkaLanes({
      connection: this.connection,
      service,
      lanes: this.lanes,
      logger,
      metrics,
      sender,
      onFatal: (error) => fatal.push(error),
      ...options,
    });
    prepare?.(lanes);
    @Module({ controllers: handlers.map(controllerOf) })
    class TestModule {}
    const app: INestMicroservice = await NestFactory.createMicroservice(TestModule, {
      strategy: lanes,
      logger: false,
    });
    app.useGlobalFilters(new MessagingErrorFilter());
    await app.listen();
    const running: TestService = {
      lanes,
      sender,
      metrics,
      logger,
      fatal,
      stop: async () => {
        await app.close();
        await sender.disconnect();
      },
    };
    this.#services.push(running);
    return running;
  }

  async send(...records: OutgoingRecord[]): Promise<void> {
    await this.sender.send(records);
  }

  /** Everything that a topic holds now. */
  read(topic: string): Promise<IncomingRecord[]> {
    return readTopic({ connection: this.connection, topic, logger: this.logger });
  }

  /** Stops the services, and removes the topics of this road: the broker is shared by all tests. */
  async close(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.stop()));
    await this.sender.disconnect();
    const { topicPrefix } = this.connection;
    // Without a prefix of its own the road has a broker of its own, which goes as a whole.
    if (topicPrefix === undefined || topicPrefix === '') return;
    await withAdmin(this.connection, async (admin) => {
      const topics = (await admin.listTopics()).filter((name) => name.startsWith(topicPrefix));
      if (topics.length > 0) await admin.deleteTopics({ topics });
    });
  }
}

/** The record of a withdrawal: an event that is small and valid. */
export const withdrawal = (requestId: string, reason = 'no longer needed'): OutgoingRecord =>
  outgoing(withdrawalEvent(requestId, reason), 'request.withdrawn');

export const withdrawalEvent = (requestId: string, reason = 'no longer needed') =>
  newEvent({
    topic: 'request.withdrawn',
    service: 'intake',
    key: requestId,
    requestId,
    time: '2026-11-01T10:02:00.000Z',
    data: { requestId, withdrawnBy: 'ci-bot', reason, withdrawnAt: '2026-11-01T10:02:00.000Z' },
  });
