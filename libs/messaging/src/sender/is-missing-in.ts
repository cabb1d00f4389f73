import { type RecordMetadata } from 'kafkajs';
import { type KafkaConnection, physicalName } from '../kafka-connection.js';
import { type LaneMessage } from './lane-message.js';

/** A message on its topic, by the logical name. */
export interface Sent {
  readonly topic: string;
  readonly message: Pick<LaneMessage, 'partition'>;
}

/**
 * Tells what was sent to a partition that an answer does not name as written: when leaders move, kafkajs can lose one
 * without an error (its issue 1303).
 */
export function isMissingIn(
  connection: KafkaConnection,
  answer: readonly RecordMetadata[],
): (sent: Sent) => boolean {
  const named = new Map<string, Set<number>>();
  for (const { topicName, partition, errorCode } of answer) {
    if (errorCode !== 0) continue;
    const partitions = named.get(topicName);
    if (partitions === undefined) named.set(topicName, new Set([partition]));
    else partitions.add(partition);
  }
  const physical = new Map<string, Set<number> | undefined>();
  return ({ topic, message }) => {
    if (!physical.has(topic)) physical.set(topic, named.get(physicalName(connection, topic)));
    return message.partition === undefined || physical.get(topic)?.has(message.partition) !== true;
  };
}
