import kafkajs from 'kafkajs';
import { kafkaClient } from '../kafka-client.js';
import { type KafkaConnection, logicalName, physicalName } from '../kafka-connection.js';
import { SILENT_LOGGER } from '../silent-logger.js';

/** A topic as the broker has it. */
export interface TopicDescription {
  /** Logical name. */
  readonly topic: string;
  readonly partitions: number;
  /** From the first to the last offset of all partitions; what compaction removed in between counts in. */
  readonly records: number;
  /** `compact`, `delete`, or both, comma-separated. */
  readonly cleanup: string;
}

/**
 * The topics of this system that the broker has, by name.
 * @throws an error of the client when the broker does not answer
 */
export async function describeTopics({ connection }: { connection: KafkaConnection }): Promise<TopicDescription[]> {
  const admin = kafkaClient(connection, SILENT_LOGGER).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics())
      .filter((physical) => !physical.startsWith('__'))
      .map((physical) => logicalName(connection, physical))
      .filter((topic) => topic !== undefined)
      .toSorted();
    if (topics.length === 0) return [];
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((topic) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: physicalName(connection, topic),
        configNames: ['cleanup.policy'],
      })),
    });
    const cleanups = new Map(resources.map(({ resourceName, configEntries }) => [resourceName, configEntries[0]?.configValue]));
    return await Promise.all(
      topics.map(async (topic) => {
        const physical = physicalName(connection, topic);
        const offsets = await admin.fetchTopicOffsets(physical);
        const records = offsets.reduce((sum, { high, low }) => sum + Number(BigInt(high) - BigInt(low)), 0);
        return { topic, partitions: offsets.length, records, cleanup: cleanups.get(physical) ?? 'unknown' };
      }),
    );
  } finally {
    await admin.disconnect();
  }
}
