import { type Admin } from 'kafkajs';
import { type KafkaConnection, logicalName, physicalName } from '../kafka-connection.js';
import { onceGroupIsKnown } from '../topics/once-group-is-known.js';
import { type TopicBounds, topicBounds } from '../topics/topic-bounds.js';
import { withAdmin } from '../topics/with-admin.js';

/** A part of a lane: its records from one offset on, up to another that is not part of it. */
export interface LanePart {
  /** Logical name. */
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

const notEmpty = ({ from, to }: LanePart): boolean => from < to;

async function partsOf(
  connection: KafkaConnection,
  topics: readonly string[],
  partsOfTopic: (admin: Admin, topic: string, bounds: TopicBounds) => Promise<LanePart[]>,
): Promise<LanePart[]> {
  return withAdmin(connection, async (admin) => {
    const parts = await Promise.all(
      topics.map(async (topic) =>
        partsOfTopic(admin, topic, await topicBounds(admin, physicalName(connection, topic))),
      ),
    );
    return parts.flat().filter(notEmpty);
  });
}

/**
 * The last record of each lane of topics. Compaction never removes it.
 * @param topics logical names
 * @throws an error of the client when the broker does not answer
 */
export const lastRecords = (connection: KafkaConnection, topics: readonly string[]): Promise<LanePart[]> =>
  partsOf(connection, topics, async (_admin, topic, bounds) =>
    bounds.map(({ partition, low, high }) => {
      const [first, end] = [BigInt(low), BigInt(high)];
      return { topic, partition, from: end - 1n < first ? first : end - 1n, to: end };
    }),
  );

/** Where a group goes on reading a lane. */
export interface SettledLane {
  /** Logical name. */
  readonly topic: string;
  readonly partition: number;
  /** Of the first record that it has not settled. */
  readonly next: bigint;
}

/**
 * How far a group has settled, for each lane that it has read.
 * @param group logical name, i.e. that of a service
 * @throws an error of the client when the broker does not answer
 */
export const settledLanes = (connection: KafkaConnection, group: string): Promise<SettledLane[]> =>
  withAdmin(connection, async (admin) => {
    const groupId = physicalName(connection, group);
    const read = await onceGroupIsKnown(group, () => admin.fetchOffsets({ groupId }));
    return read.flatMap(({ topic: physical, partitions }) => {
      const topic = logicalName(connection, physical);
      if (topic === undefined) return [];
      // An offset below zero stands for none.
      return partitions
        .map(({ partition, offset }) => ({ topic, partition, next: BigInt(offset) }))
        .filter(({ next }) => next > 0n);
    });
  });

/**
 * The last record of each lane that a group has settled, unless compaction has removed it.
 * @param group logical name, i.e. that of a service
 * @param topics logical names
 * @throws an error of the client when the broker does not answer
 */
export async function lastSettled(
  connection: KafkaConnection,
  group: string,
  topics: readonly string[],
): Promise<LanePart[]> {
  const settled = await settledLanes(connection, group);
  return partsOf(connection, topics, async (_admin, topic, bounds) =>
    bounds.map(({ partition, low }) => {
      const to = settled.find((lane) => lane.topic === topic && lane.partition === partition)?.next ?? 0n;
      return { topic, partition, from: to - 1n < BigInt(low) ? BigInt(low) : to - 1n, to };
    }),
  );
}

/**
 * What topics hold from a time on, by the time of the records; to be precise, from the first record on that is not older.
 * @param topics logical names
 * @param time ms since 1970; 0 for everything
 * @throws an error of the client when the broker does not answer
 */
export const recordsSince = (
  connection: KafkaConnection,
  topics: readonly string[],
  time: number,
): Promise<LanePart[]> =>
  partsOf(connection, topics, async (admin, topic, bounds) => {
    const found = await admin.fetchTopicOffsetsByTimestamp(physicalName(connection, topic), time);
    const firsts = new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
    return bounds.map(({ partition, low, high }) => {
      const first = firsts.get(partition) ?? 0n;
      return { topic, partition, from: first < BigInt(low) ? BigInt(low) : first, to: BigInt(high) };
    });
  });
