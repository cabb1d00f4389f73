import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';

/** A broker that has just started knows its groups only after a moment. */
const AGAIN_MS = 200;
const GIVE_UP_MS = 30_000;
const KNOWS_NOT_YET = [
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
];

/** Whether the broker answered by an error of that name. */
export const isOfType = (error: unknown, type: string): boolean =>
  error instanceof kafkajs.KafkaJSProtocolError && error.type === type;

/** What the broker says of the one group of a request. */
export const groupErrorOf = (error: unknown): unknown =>
  error instanceof kafkajs.KafkaJSDeleteGroupsError ? (error.groups[0]?.error ?? error) : error;

/**
 * Work on a consumer group, again and again until the broker knows its groups.
 * @throws what `work` throws besides, and an error after half a minute
 */
export async function onceGroupIsKnown<T>(group: string, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const why = groupErrorOf(error);
      if (!KNOWS_NOT_YET.some((type) => isOfType(why, type))) throw why;
      if (performance.now() > deadline)
        throw new Error(`the broker does not say whether ${group} is a group`, { cause: error });
    }
    await pause(AGAIN_MS);
  }
}
