import { type Admin } from 'kafkajs';
import { type KafkaConnection, logicalName, physicalName } from '../kafka-connection.js';
import { withAdmin } from './with-admin.js';

/** How far a consumer group is behind on a topic, in records. */
export interface GroupLag {
  readonly group: string;
  /** Logical name. */
  readonly topic: string;
  /** Records between what the group has settled and the topic's end; what compaction removed in between counts in. */
  readonly lag: number;
}

/** Where the partitions of a topic begin and end now. */
type Bounds = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

function lagOf(bounds: Bounds, committed: readonly { partition: number; offset: string }[]): number {
  const settled = new Map(committed.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return bounds.reduce((lag, { partition, high, low }) => {
    const next = settled.get(partition) ?? -1n;
    const from = next < BigInt(low) ? BigInt(low) : next;
    return lag + Number(BigInt(high) - from);
  }, 0);
}

/**
 * How far consumer groups are behind, for each topic that they have read.
 * @param groups logical names, i.e. names of services
 * @throws an error of the client when the broker does not answer
 */
export function listLag({
  connection,
  groups,
}: {
  readonly connection: KafkaConnection;
  readonly groups: readonly string[];
}): Promise<GroupLag[]> {
  return withAdmin(connection, async (admin) => {
    const positions = (
      await Promise.all(
        groups.map(async (group) =>
          (await admin.fetchOffsets({ groupId: physicalName(connection, group) })).map((read) => ({
            group,
            ...read,
          })),
        ),
      )
    ).flat();
    const topics = [...new Set(positions.map(({ topic }) => topic))];
    const bounds = new Map(
      await Promise.all(topics.map(async (topic) => [topic, await admin.fetchTopicOffsets(topic)] as const)),
    );
    return positions.flatMap(({ group, topic, partitions }) => {
      const logical = logicalName(connection, topic);
      return logical === undefined
        ? []
        : [{ group, topic: logical, lag: lagOf(bounds.get(topic) ?? [], partitions) }];
    });
  });
}
