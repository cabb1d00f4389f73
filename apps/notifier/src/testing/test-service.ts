import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { documentHash, newEvent, type TopicEvent, type EventTopic, decodeEvent } from '@tollgate/contracts';
import {
  createTopics,
  followTopic,
  type KafkaConnection,
  KafkaLanes,
  LaneSender,
  outgoing,
  type TopicTail,
} from '@tollgate/messaging';
import { HealthChecks, loadConfig, ProblemFilter, createLogger, sha256Hex } from '@tollgate/runtime';
import { migrate } from '@tollgate/persistence';
import { Client } from 'pg';
import { Registry } from 'prom-client';
import { stringify } from 'yaml';
import { NOTIFIER_MIGRATIONS } from '../migrations/notifier-migrations.js';
import { NotifierConfig } from '../notifier.config.js';
import { NotifierModule } from '../notifier.module.js';
import { FakeInbox } from './fake-inbox.js';
import { TEST_AUDIENCE, TestIssuer } from './test-issuer.js';
import { TEST_ISSUER, testDocuments } from './test-policy.js';
import { type SpecDatabase, type TestServers } from './test-servers.js';

/** The operators' key of specs. */
export const TEST_OPERATOR_KEY = 'the-operator-of-the-tests';

const LANES = 2;
const PERSONS = ['alice', 'bob', 'carol', 'dave', 'erin'];

interface Running {
  readonly app: NestFastifyApplication;
  readonly closers: (() => Promise<void> | void)[];
  readonly stopping: AbortController;
}

/**
 * The whole notifier in this process, as `runService` puts it together, on the real broker and database and with a
 * mail server of its own. It can be stopped and started again on the same data.
 */
export class TestService {
  readonly inbox: FakeInbox;
  readonly fatal: unknown[] = [];
  registry = new Registry();
  readonly #tails: TopicTail[] = [];
  #running: Running | undefined;

  private constructor(
    readonly database: SpecDatabase,
    readonly connection: KafkaConnection,
    readonly sender: LaneSender,
    readonly issuer: TestIssuer,
    private readonly folder: string,
    readonly port: number,
    smtpPort: number,
  ) {
    this.inbox = new FakeInbox(smtpPort);
  }

  /** Everything but the service itself: topics with a policy on them, a migrated database, an open inbox, files. */
  static async prepare(name: string, servers: TestServers): Promise<TestService> {
    const database = await servers.createTestDatabase(`notifier_${name}`, ['notifier']);
    await migrate({ url: database.url, migrations: NOTIFIER_MIGRATIONS });
    const connection = {
      brokers: servers.testBrokers(),
      topicPrefix: servers.uniqueTopicPrefix(),
      clientId: 'test',
    };
    await createTopics({ connection, lanes: LANES });
    const sender = new LaneSender({
      connection,
      logger: createLogger('test', 'silent'),
      metrics: new Registry(),
    });
    await sender.connect();
    const folder = await mkdtemp(join(tmpdir(), 'notifier-'));
    const service = new TestService(
      database,
      connection,
      sender,
      await TestIssuer.create(),
      folder,
      await servers.freePort(),
      await servers.freePort(),
    );
    await service.inbox.open();
    await writeFile(join(folder, 'secret'), 'a secret of at least thirty-two characters');
    await writeFile(join(folder, 'jwks.json'), JSON.stringify(service.issuer.jwks));
    const people = PERSONS.map((person) => [
      person,
      { name: `Name of ${person}`, email: `${person}@example.test`, zone: 'Europe/Berlin' },
    ]);
    await writeFile(join(folder, 'contacts.yaml'), stringify({ contacts: Object.fromEntries(people) }));
    await service.publishPolicy();
    return service;
  }

  /** The running application. */
  get app(): NestFastifyApplication {
    if (this.#running === undefined) throw new Error('the service does not run');
    return this.#running.app;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Publishes a revision in which these persons are not active. */
  async publishPolicy(revision = 1, inactive: readonly string[] = []): Promise<void> {
    const documents = testDocuments(['frank', ...inactive]);
    const key = String(revision);
    const event = newEvent({
      topic: 'policy.published',
      service: 'intake',
      key,
      time: '2026-11-20T09:00:00.000Z',
      data: {
        revision,
        documentHash: documentHash(documents.policy, documents.directory),
        ...JSON.parse(JSON.stringify(documents)),
        origin: revision === 1 ? 'first-start' : 'release',
        publishedAt: '2026-11-20T09:00:00.000Z',
      },
    });
    await this.sender.send([outgoing(event, 'policy.published', { key })]);
  }

  /** Starts the service; returns when it takes calls and records. */
  async start(settings: Record<string, string> = {}): Promise<void> {
    const config = loadConfig(NotifierConfig, {
      PORT: String(this.port),
      KAFKA_BROKERS: this.connection.brokers.join(','),
      KAFKA_LANES: String(LANES),
      DATABASE_URL: this.database.roleUrls['notifier'] ?? '',
      SMTP_URL: this.inbox.url,
      MAIL_FROM: 'Tollgate <tollgate@example.test>',
      PUBLIC_URL: this.url,
      LINK_SECRET_FILE: join(this.folder, 'secret'),
      REDACTION_KEY_FILE: join(this.folder, 'secret'),
      CONTACTS_FILE: join(this.folder, 'contacts.yaml'),
      APPROVER_ISSUER: TEST_ISSUER,
      APPROVER_AUDIENCE: TEST_AUDIENCE,
      APPROVER_JWKS_FILE: join(this.folder, 'jwks.json'),
      OPERATOR_KEY_SHA256: sha256Hex(TEST_OPERATOR_KEY),
      ...settings,
    });
    const { connection } = this;
    const logger = createLogger('notifier', 'silent');
    const metrics = new Registry();
    this.registry = metrics;
    const sender = new LaneSender({ connection, logger, metrics });
    const onFatal = (error: Error): void => void this.fatal.push(error);
    const lanes = new KafkaLanes({
      connection,
      service: 'notifier',
      lanes: LANES,
      logger,
      metrics,
      sender,
      onFatal,
    });
    await sender.connect();
    const stopping = new AbortController();
    const closers: Running['closers'] = [() => sender.disconnect()];
    const module = await NotifierModule.compose({
      config,
      logger,
      metrics,
      health: new HealthChecks(),
      connection,
      sender,
      lanes,
      stopping: stopping.signal,
      onStop: (close) => closers.unshift(close),
    });
    const adapter = new FastifyAdapter({
      bodyLimit: 64 * 1024,
      forceCloseConnections: true,
      routerOptions: { maxParamLength: 300 },
      trustProxy: config.trustedProxies ?? false,
    });
    const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false });
    app.useGlobalFilters(new ProblemFilter(logger));
    app.connectMicroservice({ strategy: lanes }, { inheritAppConfig: true });
    await app.startAllMicroservices();
    await app.listen(this.port, '127.0.0.1');
    this.#running = { app, closers, stopping };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    running.stopping.abort();
    await running.app.close();
    for (const close of running.closers) await close();
  }

  /** Sends events to the road, as their writers would. */
  async send<Topic extends EventTopic>(topic: Topic, ...events: TopicEvent<Topic>[]): Promise<void> {
    await this.sender.send(events.map((event) => outgoing(event, topic)));
  }

  /** How many votes on a request are on record, counted or not. */
  async votesOnRecord(requestId: string): Promise<number> {
    const client = new Client({ connectionString: this.database.adminUrl });
    await client.connect();
    try {
      return (await client.query('SELECT FROM vote WHERE request_id = $1', [requestId])).rowCount ?? 0;
    } finally {
      await client.end();
    }
  }

  /** Looks into the database, as an administrator. */
  async rows(text: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.database.adminUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** The ids of the requests that wait for people. */
  async pendingOnRecord(): Promise<string[]> {
    const client = new Client({ connectionString: this.database.adminUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ request_id: string }>(
        `SELECT request_id FROM approval WHERE status = 'pending'`,
      );
      return rows.map(({ request_id: requestId }) => requestId);
    } finally {
      await client.end();
    }
  }

  /** Listens to a topic from its beginning; what it says is in the list that this answers. */
  async listen<Topic extends EventTopic>(topic: Topic): Promise<TopicEvent<Topic>[]> {
    const events: TopicEvent<Topic>[] = [];
    const tail = await followTopic({
      connection: this.connection,
      topic,
      logger: createLogger('test', 'silent'),
      onRecord: ({ value, key }) => void events.push(decodeEvent(topic, value, key)),
    });
    await tail.caughtUp;
    this.#tails.push(tail);
    return events;
  }

  async drop(): Promise<void> {
    await this.stop();
    await Promise.all(this.#tails.map((tail) => tail.stop()));
    await this.sender.disconnect();
    await this.inbox.close();
    await rm(this.folder, { recursive: true, force: true });
    await this.database.drop();
  }
}
