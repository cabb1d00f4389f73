import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  documentHash,
  type EventTopic,
  type JsonObject,
  newEvent,
  type ServiceName,
  type TopicEvent,
  TOPICS,
} from '@tollgate/contracts';
import {
  createTopics,
  describeTopics,
  followTopic,
  type IncomingRecord,
  type KafkaConnection,
  LaneSender,
  outgoing,
  type OutgoingRecord,
} from '@tollgate/messaging';
import { createLogger } from '@tollgate/runtime';
import { freePort, waitUntil, workspaceFolder } from '@tollgate/servers';
import { machineEnvironment, NODE_FLAGS, type Stack } from '@tollgate/stack';
import { Registry } from 'prom-client';
import { cpuSecondsOf } from './process-usage.js';

/** A stage without a database, and what it is given. */
export interface StageAlone<From extends EventTopic> {
  readonly service: ServiceName;
  /** What its topics and groups are called first, as nobody else's. */
  readonly topicPrefix: string;
  readonly documents: { readonly policy: JsonObject; readonly directory: JsonObject };
  readonly from: From;
  readonly to: EventTopic;
  readonly events: number;
  readonly event: (index: number) => TopicEvent<From>;
  /** More flags of Node.js, as for a profile. */
  readonly nodeFlags?: readonly string[];
}

/** What a stage alone did. */
export interface StageFigures {
  /** By the broker's clock, from the first outgoing record to the last. */
  readonly perSecond: number;
  /** In a second of its own CPU time, over all its threads. */
  readonly perCpuSecond: number;
  /** The first record that it sent. */
  readonly first: IncomingRecord;
}

/** The process, while it still runs. */
export interface RunningStage {
  readonly port: number;
  /** Sends the documents as a revision. */
  readonly publish: (revision: number) => Promise<void>;
}

const PATIENCE_MS = 300_000;
const CHUNK = 1_000;

/** A revision of the policy, as intake publishes the first one. */
export function publishedRevision(
  revision: number,
  documents: { readonly policy: JsonObject; readonly directory: JsonObject },
): OutgoingRecord {
  const publishedAt = new Date().toISOString();
  const event = newEvent({
    topic: 'policy.published',
    service: 'intake',
    key: String(revision),
    time: publishedAt,
    data: {
      revision,
      documentHash: documentHash(documents.policy, documents.directory),
      ...documents,
      origin: 'first-start',
      publishedAt,
    },
  });
  return outgoing(event, 'policy.published', { key: String(revision) });
}

const recordsOn = async (connection: KafkaConnection, name: string): Promise<number> =>
  (await describeTopics({ connection })).find(({ topic }) => topic === name)?.records ?? 0;

/** The first record of a topic, and the seconds between it and the last one, by the broker's clock. */
async function readBack(connection: KafkaConnection, topic: string) {
  let first: IncomingRecord | undefined;
  let from = Infinity;
  let to = -Infinity;
  const tail = await followTopic({
    connection,
    topic,
    logger: createLogger('router', 'silent'),
    onRecord: (record) => {
      first ??= record;
      from = Math.min(from, record.time);
      to = Math.max(to, record.time);
    },
  });
  await tail.caughtUp;
  await tail.stop();
  if (first === undefined) throw new Error(`there is nothing on ${topic}`);
  return { first, seconds: (to - from) / 1000 };
}

/**
 * Has events wait on Kafka, starts a service of its own for them on topics of its own, and measures it from its first
 * outgoing record to its last: from Kafka to Kafka.
 * @param more what else is to be seen while it runs
 */
export async function measureStageAlone<From extends EventTopic, More = undefined>(
  stack: Stack,
  stage: StageAlone<From>,
  more?: (running: RunningStage) => Promise<More>,
): Promise<StageFigures & { readonly more: More | undefined }> {
  const { topicPrefix, events } = stage;
  const connection: KafkaConnection = { ...stack.kafkaAdmin, clientId: 'bench', topicPrefix };
  await createTopics({ connection, lanes: stack.lanes, definitions: TOPICS });
  const sender = new LaneSender({
    connection,
    logger: createLogger(stage.service, 'silent'),
    metrics: new Registry(),
  });
  await sender.connect();
  const publish = (revision: number) => sender.send([publishedRevision(revision, stage.documents)]);
  await publish(1);
  for (let sent = 0; sent < events; sent += CHUNK)
    await sender.send(
      Array.from({ length: Math.min(CHUNK, events - sent) }, (_, index) =>
        outgoing(stage.event(sent + index), stage.from),
      ),
    );
  const port = await freePort();
  const main = join(workspaceFolder(), 'dist', stage.service, 'main.js');
  const child = spawn(process.execPath, [...NODE_FLAGS, ...(stage.nodeFlags ?? []), main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...machineEnvironment(process.env),
      PORT: String(port),
      KAFKA_BROKERS: stack.brokers.join(','),
      KAFKA_LANES: String(stack.lanes),
      KAFKA_TOPIC_PREFIX: topicPrefix,
      // These topics are nobody's but the administrator's.
      KAFKA_USERNAME: connection.username,
      KAFKA_PASSWORD: connection.password,
      KAFKA_SASL_MECHANISM: connection.mechanism,
      LOG_LEVEL: 'warn',
    },
  });
  const cpuNow = (): number => cpuSecondsOf(child.pid ?? 0);
  try {
    let before = { cpu: 0, records: 0 };
    await waitUntil(
      `${stage.service} has begun`,
      async () => {
        before = { cpu: cpuNow(), records: await recordsOn(connection, stage.to) };
        return before.records > 0;
      },
      PATIENCE_MS,
    );
    await waitUntil(
      `${stage.service} is through`,
      async () => {
        if (child.exitCode !== null) throw new Error(`${stage.service} ended by itself`);
        return (await recordsOn(connection, stage.to)) >= events;
      },
      PATIENCE_MS,
    );
    const cpuSeconds = cpuNow() - before.cpu;
    const { first, seconds } = await readBack(connection, stage.to);
    return {
      perSecond: Math.round(events / seconds),
      perCpuSecond: Math.round((events - before.records) / cpuSeconds),
      first,
      more: await more?.({ port, publish }),
    };
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await sender.disconnect();
  }
}
