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

const lagOf = async (
  admin: Admin,
  topic: string,
  committed: readonly { partition: number; offset: string }[],
): Promise<number> => {
  const ends = await admin.fetchTopicOffsets(topic);
  const settled = new Map(committed.map(({ partition, offset }) => [partition, BigInt(offset)]));
  return ends.reduce((lag, { partition, high, low }) => {
    const next = settled.get(partition) ?? -1n;
    const from = next < BigInt(low) ? BigInt(low) : next;
    return lag + Number(BigInt(high) - from);
  }, 0);
};

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
    const lags: GroupLag[] = [];
    for (const group of groups) {
      for (const { topic, partitions } of await admin.fetchOffsets({
        groupId: physicalName(connection, group),
      })) {
        const logical = logicalName(connection, topic);
        if (logical !== undefined)
          lags.push({ group, topic: logical, lag: await lagOf(admin, topic, partitions) });
      }
    }
    return lags;
  });
}
