import { setTimeout } from 'node:timers/promises';
import { type Admin } from 'kafkajs';
import { isBrokerAway } from '../lanes/is-broker-away.js';

/** The first and the next offset of each partition of a topic. */
export type TopicBounds = Awaited<ReturnType<Admin['fetchTopicOffsets']>>;

/** A broker names its partitions a moment before it leads them: when a topic is new, and when it has just started. */
const SETTLE_TIMEOUT_MS = 15_000;
const SETTLE_STEP_MS = 25;

/**
 * @param topic physical name
 * @throws an error of the client when the broker does not answer, or does not come to lead the topic's partitions
 */
export async function topicBounds(admin: Admin, topic: string): Promise<TopicBounds> {
  const deadline = performance.now() + SETTLE_TIMEOUT_MS;
  for (;;) {
    try {
      return await admin.fetchTopicOffsets(topic);
    } catch (error) {
      if (!isBrokerAway(error) || performance.now() > deadline) throw error;
      await setTimeout(SETTLE_STEP_MS);
    }
  }
}
