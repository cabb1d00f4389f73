import { type KafkaConnection, logicalName, physicalName } from '../kafka-connection.js';
import { readExistingTopics } from './read-existing-topics.js';
import { withAdmin } from './with-admin.js';

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

const CLEANUP = 'cleanup.policy';

/**
 * The topics of this system that the broker has, by name.
 * @throws an error of the client when the broker does not answer
 */
export function describeTopics({
  connection,
}: {
  readonly connection: KafkaConnection;
}): Promise<TopicDescription[]> {
  return withAdmin(connection, async (admin) => {
    const topics = (await admin.listTopics())
      .filter((physical) => !physical.startsWith('__'))
      .map((physical) => logicalName(connection, physical))
      .filter((topic) => topic !== undefined)
      .toSorted();
    const names = topics.map((topic) => physicalName(connection, topic));
    const existing = await readExistingTopics(admin, names, [CLEANUP]);
    return Promise.all(
      topics.map(async (topic) => {
        const physical = physicalName(connection, topic);
        const offsets = await admin.fetchTopicOffsets(physical);
        const records = offsets.reduce((sum, { high, low }) => sum + Number(BigInt(high) - BigInt(low)), 0);
        const cleanup = existing.get(physical)?.config.get(CLEANUP) ?? 'unknown';
        return { topic, partitions: offsets.length, records, cleanup };
      }),
    );
  });
}
