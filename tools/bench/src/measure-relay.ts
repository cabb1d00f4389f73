import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { documentHash, type JsonObject, newEvent, RISK_LEVELS, TOPICS } from '@tollgate/contracts';
import {
  createTopics,
  describeTopics,
  followTopic,
  type KafkaConnection,
  LaneSender,
  outgoing,
} from '@tollgate/messaging';
import { createLogger } from '@tollgate/runtime';
import { freePort, LOCAL_HOST, waitUntil, workspaceFolder } from '@tollgate/servers';
import { machineEnvironment, NODE_FLAGS, type Stack } from '@tollgate/stack';
import { Registry } from 'prom-client';
import { acceptedRequest } from './accepted-request.js';
import { largePolicy, largePolicyAction } from './large-policy.js';
import { cpuSecondsOf } from './process-usage.js';

/** What the router alone does with a large policy: from Kafka to Kafka. */
export interface RelayFigures {
  readonly requests: number;
  readonly lines: number;
  readonly people: number;
  /** By the broker's clock, from the first route to the last. */
  readonly relayedPerSecond: number;
  /** Requests that the router relays in a second of its own CPU time, over all its threads. */
  readonly relayedPerCpuSecond: number;
  /** From the moment that a revision is sent until the router is ready with it. */
  readonly newRevisionRulesMs: number;
}

const LINES = 1_000;
const PEOPLE = 10_000;
const PATIENCE_MS = 300_000;
const CHUNK = 2_000;

const publishedEvent = (revision: number, documents: { policy: JsonObject; directory: JsonObject }) => {
  const publishedAt = new Date().toISOString();
  return newEvent({
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
};

function submittedEvent(index: number) {
  const riskLevel = RISK_LEVELS[index % RISK_LEVELS.length] ?? 'low';
  const request = acceptedRequest(largePolicyAction(index % LINES), 'production', index, riskLevel);
  return newEvent({
    topic: 'request.submitted',
    service: 'intake',
    key: request.id,
    requestId: request.id,
    time: request.submittedAt,
    data: { request },
  });
}

const isReadyWith = async (port: number, revision: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://${LOCAL_HOST}:${port}/health/ready`);
    return response.ok && (await response.text()).includes(`policy revision ${revision} rules`);
  } catch {
    return false;
  }
};

const routesOn = async (connection: KafkaConnection): Promise<number> =>
  (await describeTopics({ connection })).find(({ topic }) => topic === 'route.resolved')?.records ?? 0;

/** Seconds between the first and the last record of a topic, by the broker's clock. */
async function secondsOn(connection: KafkaConnection, topic: string): Promise<number> {
  let first = Infinity;
  let last = -Infinity;
  const tail = await followTopic({
    connection,
    topic,
    logger: createLogger('router', 'silent'),
    onRecord: ({ time }) => {
      first = Math.min(first, time);
      last = Math.max(last, time);
    },
  });
  await tail.caughtUp;
  await tail.stop();
  return (last - first) / 1000;
}

/** Gives a router of its own requests that wait on Kafka, on topics of their own, and then a new revision. */
export async function measureRelay(stack: Stack, requests: number): Promise<RelayFigures> {
  const connection: KafkaConnection = {
    ...stack.kafkaAdmin,
    clientId: 'bench',
    topicPrefix: 'relay.',
  };
  await createTopics({ connection, lanes: stack.lanes, definitions: TOPICS });
  const sender = new LaneSender({
    connection,
    logger: createLogger('router', 'silent'),
    metrics: new Registry(),
  });
  await sender.connect();
  const documents = largePolicy(LINES, PEOPLE);
  const publish = (revision: number) =>
    sender.send([
      outgoing(publishedEvent(revision, documents), 'policy.published', { key: String(revision) }),
    ]);
  await publish(1);
  for (let sent = 0; sent < requests; sent += CHUNK) {
    const count = Math.min(CHUNK, requests - sent);
    await sender.send(
      Array.from({ length: count }, (_, index) =>
        outgoing(submittedEvent(sent + index), 'request.submitted'),
      ),
    );
  }
  const port = await freePort();
  const router = spawn(
    process.execPath,
    [...NODE_FLAGS, join(workspaceFolder(), 'dist', 'router', 'main.js')],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...machineEnvironment(process.env),
        PORT: String(port),
        KAFKA_BROKERS: stack.brokers.join(','),
        KAFKA_LANES: String(stack.lanes),
        KAFKA_TOPIC_PREFIX: 'relay.',
        // These topics are nobody's but the administrator's.
        KAFKA_USERNAME: connection.username,
        KAFKA_PASSWORD: connection.password,
        KAFKA_SASL_MECHANISM: connection.mechanism,
        LOG_LEVEL: 'warn',
      },
    },
  );
  try {
    let before = 0;
    await waitUntil(
      'the router has begun',
      async () => {
        before = cpuSecondsOf(router.pid ?? 0);
        return (await routesOn(connection)) > 0;
      },
      PATIENCE_MS,
    );
    await waitUntil('all is routed', async () => (await routesOn(connection)) >= requests, PATIENCE_MS);
    const cpuSeconds = cpuSecondsOf(router.pid ?? 0) - before;
    const seconds = await secondsOn(connection, 'route.resolved');
    const sent = performance.now();
    await publish(2);
    while (!(await isReadyWith(port, 2))) await setImmediate();
    return {
      requests,
      lines: LINES,
      people: PEOPLE,
      relayedPerSecond: Math.round(requests / seconds),
      relayedPerCpuSecond: Math.round(requests / cpuSeconds),
      newRevisionRulesMs: Math.round(performance.now() - sent),
    };
  } finally {
    router.kill('SIGTERM');
    await once(router, 'exit');
    await sender.disconnect();
  }
}
