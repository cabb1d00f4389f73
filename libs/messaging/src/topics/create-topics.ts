import { type TopicDefinition, TOPICS } from '@tollgate/contracts';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { type KafkaConnection, physicalName } from '../kafka-connection.js';
import { topicBounds } from './topic-bounds.js';
import { topicSettings } from './topic-settings.js';
import { verifyTopics } from './verify-topics.js';
import { withAdmin } from './with-admin.js';

/** Which topics, and where. */
export interface CreateTopicsOptions {
  readonly connection: KafkaConnection;
  /** The number of partitions of the stage topics. */
  readonly lanes: number;
  /** All of Tollgate's topics unless told; a producer's inbound topic comes with its producer. */
  readonly definitions?: readonly TopicDefinition[];
}

const CREATE_TIMEOUT_MS = 10_000;
/** As many replicas as the broker gives by default. */
const DEFAULT_REPLICATION = -1;

/** Two may create the same topic at once; that it exists is what both wanted. */
async function createMissing(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  try {
    await admin.createTopics({ topics, waitForLeaders: false, timeout: CREATE_TIMEOUT_MS });
  } catch (error) {
    const faults = error instanceof kafkajs.KafkaJSAggregateError ? error.errors : [error];
    const isThere = (fault: unknown): boolean =>
      fault instanceof kafkajs.KafkaJSProtocolError && fault.type === 'TOPIC_ALREADY_EXISTS';
    if (!faults.every(isThere)) throw error;
  }
}

/**
 * Creates the topics that the broker lacks, with partitions, clean-up and the rest as defined; leaves alone what
 * exists.
 * @returns the logical names of the topics that were created now
 * @throws TopicMismatchError when a topic exists but is not as defined
 * @throws an error of the client when the broker does not answer, or forbids it
 */
export async function createTopics(options: CreateTopicsOptions): Promise<string[]> {
  const { connection, lanes, definitions = TOPICS } = options;
  const missing = await withAdmin(connection, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const lacking = definitions.filter(({ name }) => !existing.has(physicalName(connection, name)));
    if (lacking.length > 0) {
      await createMissing(
        admin,
        lacking.map((definition) => {
          const { partitions, config } = topicSettings(definition, lanes);
          return {
            topic: physicalName(connection, definition.name),
            numPartitions: partitions,
            replicationFactor: DEFAULT_REPLICATION,
            configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
          };
        }),
      );
      // A send before its partitions have a leader would go in twice.
      for (const { name } of lacking) await topicBounds(admin, physicalName(connection, name));
    }
    return lacking;
  });
  await verifyTopics({ connection, lanes, definitions });
  return missing.map(({ name }) => name);
}
