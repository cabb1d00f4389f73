import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Request, TOPICS } from '@tollgate/contracts';
import {
  createTopics,
  followTopic,
  type IncomingRecord,
  type KafkaConnection,
  LaneSender,
  type OutgoingRecord,
} from '@tollgate/messaging';
import { migrate } from '@tollgate/persistence';
import { createLogger } from '@tollgate/runtime';
import {
  backUpTables,
  createTestDatabase,
  testBrokers,
  type TestDatabase,
  uniqueTopicPrefix,
  waitUntil,
  workspaceFolder,
} from '@tollgate/servers';
import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { type IntakeConfig } from '../intake.config.js';
import { migrations } from '../migrations/migrations.js';
import { exampleBody } from './example.js';
import { TestIntake } from './test-intake.js';

export const OPERATOR_KEY = 'the-operator-of-the-tests';
/** Where the tests' intakes say they are. */
export const PUBLIC_URL = 'http://gate.test';
const LANES = 4;

/** A database, topics and key of one spec file, and the intakes on them. */
export class TestSystem {
  readonly connection: KafkaConnection = {
    brokers: testBrokers(),
    clientId: 'intake',
    topicPrefix: uniqueTopicPrefix(),
  };
  readonly #folder = mkdtempSync(join(tmpdir(), 'tollgate-intake-'));
  readonly #sender: LaneSender;
  readonly #intakes: TestIntake[] = [];
  readonly #tails: (() => Promise<void>)[] = [];
  readonly #admin: Pool;

  private constructor(readonly database: TestDatabase) {
    this.#admin = new Pool({ connectionString: database.adminUrl, max: 2 });
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(this.file('release-key.json'), JSON.stringify(privateKey.export({ format: 'jwk' })));
    writeFileSync(this.file('redaction-key'), 'k'.repeat(32));
    writeFileSync(this.file('producer-webhook-key'), 'w'.repeat(32));
    this.#sender = new LaneSender({
      connection: this.connection,
      logger: createLogger('test', 'silent'),
      metrics: new Registry(),
    });
  }

  /** @param name what the spec is about, in lower case letters and underscores */
  static async create(name: string): Promise<TestSystem> {
    const system = new TestSystem(await createTestDatabase(`intake_${name}`, ['intake']));
    await Promise.all([
      migrate({ url: system.database.url, migrations }),
      createTopics({ connection: system.connection, lanes: LANES, definitions: TOPICS }),
    ]);
    return system;
  }

  /** A file of this system's own. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  config(): IntakeConfig {
    const policies = join(workspaceFolder(), 'policies');
    return {
      port: 0,
      host: '127.0.0.1',
      kafkaBrokers: [...this.connection.brokers],
      kafkaLanes: LANES,
      logLevel: 'silent',
      databaseUrl: this.database.roleUrls['intake'] ?? '',
      policyFile: join(policies, 'policy.yaml'),
      directoryFile: join(policies, 'directory.yaml'),
      releaseKeyFile: this.file('release-key.json'),
      releaseIssuer: PUBLIC_URL,
      redactionKeyFile: this.file('redaction-key'),
      operatorKeySha256: createHash('sha256').update(OPERATOR_KEY).digest('hex'),
      publicUrl: PUBLIC_URL,
      producerWebhookPrivate: 'false',
      producerWebhookKeyFile: this.file('producer-webhook-key'),
    };
  }

  async start(changes: Partial<IntakeConfig> = {}): Promise<TestIntake> {
    const intake = await TestIntake.start(this, changes);
    this.#intakes.push(intake);
    // So that a spec that ends at once does not stop lanes which are still on their way to the broker.
    await waitUntil(
      'the lanes',
      async () => (await intake.health.readiness()).checks['lanes']?.ok === true,
      30_000,
    );
    return intake;
  }

  /** Registers a producer. @returns its key */
  async producer(intake: TestIntake, name: string, owner: string): Promise<string> {
    await waitUntil(
      'a ruling policy',
      async () => (await intake.health.readiness()).checks['policy']?.ok === true,
      10_000,
    );
    const { status, body, text } = await intake.call<{ key: string }>('/v1/producers', {
      key: OPERATOR_KEY,
      body: { name, owner },
    });
    if (status !== 201) throw new Error(`the producer was not registered: ${text}`);
    return body.key;
  }

  /** Submits a request and waits for nothing. @returns it as the event carries it */
  async submit(intake: TestIntake, key: string, body: unknown = exampleBody()): Promise<Request> {
    const { status, text, body: document } = await intake.call('/v1/requests', { key, body });
    if (status !== 202) throw new Error(`the request was not accepted: ${text}`);
    const [row]: { request: Request }[] = await this.query('SELECT request FROM request WHERE id = $1', [
      document.id,
    ]);
    if (row === undefined) throw new Error(`request ${document.id} is not stored`);
    return row.request;
  }

  /** Asks the database as an administrator. */
  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.#admin.query(sql, parameters)).rows as Row[];
  }

  /** Backs the database up, which no intake may write to meanwhile. @returns what restores it as it is now */
  backUp(): Promise<() => Promise<void>> {
    return backUpTables(this.#admin);
  }

  send(...records: OutgoingRecord[]): Promise<void> {
    return this.#sender.send(records);
  }

  /** Everything that is and will be on a topic, as it comes. */
  async follow(topic: string): Promise<readonly IncomingRecord[]> {
    const records: IncomingRecord[] = [];
    const tail = await followTopic({
      connection: this.connection,
      topic,
      logger: createLogger('test', 'silent'),
      onRecord: (record) => void records.push(record),
    });
    this.#tails.push(() => tail.stop());
    await tail.caughtUp;
    return records;
  }

  async destroy(): Promise<void> {
    await Promise.all([
      ...this.#intakes.map((intake) => intake.stop()),
      ...this.#tails.map((stop) => stop()),
    ]);
    await this.#sender.disconnect();
    await this.#admin.end();
    await this.database.drop();
    rmSync(this.#folder, { recursive: true });
  }
}
