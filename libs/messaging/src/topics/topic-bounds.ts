import { onceItPasses } from '@tollgate/persistence';
import { type Admin } from 'kafkajs';
import { isBrokerAway } from '../lanes/is-broker-away.js';

/** The first and the next offset of each partition of a topic. */
export type TopicBounds = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

/** A broker names its partitions a moment before it leads them: when a topic is new, and when it has just started. */
const SETTLING = { stepMs: 25, limitMs: 15_000 };

/**
 * @param topic physical name
 * @throws an error of the client when the broker does not answer, or does not come to lead the topic's partitions
 */
export const topicBounds = (admin: Admin, topic: string): Promise<TopicBounds> =>
  onceItPasses(() => admin.fetchTopicOffsets(topic), isBrokerAway, SETTLING);
