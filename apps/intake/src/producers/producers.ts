import { inboundTopic, inboundTopicDefinition } from '@tollgate/contracts';
import { createTopics, type KafkaConnection, type KafkaLanes } from '@tollgate/messaging';
import { type DataSource } from 'typeorm';
import { Statement } from '../database/statement.js';
import { type Scope } from '../credentials/credential.js';
import { type ApiKey } from './api-key.js';

const INSERT_PRODUCER = new Statement<{ name: string }>(
  'insert-producer',
  `WITH registered AS (
     INSERT INTO producer (name, owner, created_at) VALUES ($1, $2, $4) ON CONFLICT DO NOTHING RETURNING name
   ), first_key AS (
     INSERT INTO api_key (hash, producer, owner, scopes, created_at) SELECT $3, name, $2, '{}', $4 FROM registered
   )
   SELECT name FROM registered`,
);

const INSERT_KEY = new Statement<{ producer: string }>(
  'insert-key',
  `INSERT INTO api_key (hash, producer, owner, scopes, created_at, executor)
   SELECT $2, name, owner, $3::text[], $4, $5 FROM producer WHERE name = $1 RETURNING producer`,
);

const FIND = new Statement<{ name: string }>('find-producer', 'SELECT name FROM producer WHERE name = $1');

/** Where the inbound topics are, and who reads them. */
export interface InboundLanes {
  readonly connection: KafkaConnection;
  /** The number of partitions of an inbound topic. */
  readonly count: number;
  readonly reader: Pick<KafkaLanes, 'rediscover'>;
}

/** What a key of a producer opens, and who gets it. */
export interface KeyGrant {
  readonly scopes: readonly Scope[];
  /** The producer's executor; its own key where there is none. */
  readonly executor: string | undefined;
}

/** Who may submit requests, and their keys. */
export class Producers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly lanes: InboundLanes,
  ) {}

  /**
   * Registers a producer with a first key, and makes its inbound topic.
   * @param at ISO 8601
   * @returns the name of the topic; undefined when there is a producer of that name
   */
  async register(name: string, owner: string, { hash }: ApiKey, at: string): Promise<string | undefined> {
    if ((await FIND.alone(this.dataSource, [name])).length > 0) return undefined;
    // The topic first: if what follows fails, an empty topic is all that is left, and the call can be made again.
    await createTopics({
      connection: this.lanes.connection,
      lanes: this.lanes.count,
      definitions: [inboundTopicDefinition(name)],
    });
    const registered = await INSERT_PRODUCER.alone(this.dataSource, [name, owner, hash, at]);
    if (registered.length === 0) return undefined;
    await this.lanes.reader.rediscover();
    return inboundTopic(name);
  }

  /**
   * Adds a key to a producer.
   * @param at ISO 8601
   * @returns false when there is no such producer
   */
  async addKey(
    producer: string,
    { scopes, executor }: KeyGrant,
    { hash }: ApiKey,
    at: string,
  ): Promise<boolean> {
    const added = await INSERT_KEY.alone(this.dataSource, [producer, hash, scopes, at, executor ?? null]);
    return added.length > 0;
  }
}
