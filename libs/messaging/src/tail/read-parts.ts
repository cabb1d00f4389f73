import { randomUUID } from 'node:crypto';
import { tailGroups } from '@tollgate/contracts';
import { type EachBatchPayload } from 'kafkajs';
import { type IncomingRecord } from '../incoming-record.js';
import { CLIENT_RETRY, kafkaClient } from '../kafka-client.js';
import { type KafkaConnection, logicalName, physicalName } from '../kafka-connection.js';
import { reasonOf } from '../lanes/failure-of.js';
import { incomingLane } from '../lanes/incoming-lane.js';
import { laneAssigner } from '../lanes/lane-assigner.js';
import { type LanesLogger } from '../lanes-logger.js';
import { withAdmin } from '../topics/with-admin.js';
import { TransientError } from '../transient-error.js';
import { type LanePart } from './lane-part.js';

/** What is read, once, and by whom. */
export interface ReadPartsOptions {
  readonly connection: KafkaConnection;
  /** At most one of each lane. */
  readonly parts: readonly LanePart[];
  /** Gets what came together of one lane, in its order; one call at a time. */
  readonly onRecords: (records: IncomingRecord[]) => void | Promise<void>;
  readonly logger: LanesLogger;
}

const FETCH = { minBytes: 1, maxWaitTimeInMs: 50, maxBytesPerPartition: 1024 * 1024 };
const SESSION_TIMEOUT_MS = 30_000;

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;

/**
 * Reads parts of lanes, and nothing besides; no position of any service moves.
 * @returns once every record of them was given to `onRecords`
 * @throws what `onRecords` throws; TransientError when the broker breaks off
 */
export async function readParts({ connection, parts, onRecords, logger }: ReadPartsOptions): Promise<void> {
  if (parts.length === 0) return;
  const open = new Map(parts.map((part) => [placeOf(part.topic, part.partition), part]));
  const topics = [...new Set(parts.map(({ topic }) => topic))];
  // kafkajs reads in groups only; this one is for nobody else, and is removed at the end.
  const groupId = physicalName(connection, `${tailGroups(connection.clientId)}${randomUUID()}`);
  const consumer = kafkaClient(connection, logger).consumer({
    groupId,
    partitionAssigners: [laneAssigner(() => undefined)],
    sessionTimeout: SESSION_TIMEOUT_MS,
    ...FETCH,
    allowAutoTopicCreation: false,
    retry: { ...CLIENT_RETRY, restartOnFailure: async () => false },
  });
  const ended = Promise.withResolvers<void>();
  const take = async (payload: EachBatchPayload): Promise<void> => {
    const { topic: physical, partition } = payload.batch;
    const topic = logicalName(connection, physical) ?? physical;
    const place = placeOf(topic, partition);
    const part = open.get(place);
    if (part === undefined) return;
    const records = incomingLane(topic, payload).filter(
      ({ offset }) => offset >= part.from && offset < part.to,
    );
    if (records.length > 0) {
      try {
        await onRecords(records);
      } catch (error) {
        ended.reject(error);
        return;
      }
    }
    payload.resolveOffset(payload.batch.lastOffset());
    await payload.heartbeat();
    if (BigInt(payload.batch.lastOffset()) + 1n < part.to) return;
    open.delete(place);
    payload.pause();
    if (open.size === 0) ended.resolve();
  };
  consumer.on(consumer.events.CRASH, ({ payload: { error } }) =>
    ended.reject(new TransientError(`topics could not be read: ${reasonOf(error)}`, { cause: error })),
  );
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    for (const [physical, partitions] of Object.entries(memberAssignment)) {
      const topic = logicalName(connection, physical) ?? physical;
      for (const partition of partitions) {
        const part = open.get(placeOf(topic, partition));
        if (part === undefined) consumer.pause([{ topic: physical, partitions: [partition] }]);
        else consumer.seek({ topic: physical, partition, offset: String(part.from) });
      }
    }
  });
  ended.promise.catch(() => undefined);
  try {
    await consumer.connect();
    await consumer.subscribe({
      topics: topics.map((topic) => physicalName(connection, topic)),
      fromBeginning: true,
    });
    // One lane after the other: what comes is handed over one call at a time.
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: take });
    await ended.promise;
  } finally {
    await consumer.disconnect();
    await withAdmin(connection, (admin) => admin.deleteGroups([groupId])).catch((error: unknown) =>
      // It is empty, so the broker forgets it in time by itself.
      logger.debug({ group: groupId, reason: reasonOf(error) }, 'a group of a reader was not removed'),
    );
  }
}
