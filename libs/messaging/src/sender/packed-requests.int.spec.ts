import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TOPICS } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import kafkajs from 'kafkajs';
import { Registry } from 'prom-client';
import { type IncomingRecord } from '../incoming-record.js';
import { type KafkaConnection } from '../kafka-connection.js';
import { followTopic, type TopicTail } from '../tail/follow-topic.js';
import { TestLogger } from '../testing/test-logger.js';
import { createTopics } from '../topics/create-topics.js';
import { LaneSender } from './lane-sender.js';

const TOPIC = 'guardrail.evaluated';
const { CompressionCodecs, CompressionTypes } = kafkajs;
const connection: KafkaConnection = {
  brokers: testBrokers(),
  clientId: 'packed-spec',
  topicPrefix: uniqueTopicPrefix(),
};
const logger = new TestLogger();
const sender = new LaneSender({ connection, logger, metrics: new Registry() });
const read = new Map<string, IncomingRecord>();
const own = CompressionCodecs[CompressionTypes.ZSTD];
let packed = 0;
let tail: TopicTail;

beforeAll(async () => {
  CompressionCodecs[CompressionTypes.ZSTD] = () => {
    packed += 1;
    return own() as unknown;
  };
  await createTopics({ connection, lanes: 2, definitions: TOPICS });
  await sender.connect();
  tail = await followTopic({
    connection,
    topic: TOPIC,
    logger,
    onRecord: (record) => void read.set(record.key ?? '', record),
  });
}, 60_000);

afterAll(async () => {
  CompressionCodecs[CompressionTypes.ZSTD] = own;
  await tail.stop();
  await sender.disconnect();
});

describe('records that are sent together', () => {
  it('when they are many bytes, then they are packed, and read as they were', async () => {
    const records = Array.from({ length: 200 }, (_, index) => ({
      topic: TOPIC,
      key: `large ${index}`,
      value: `${index} ${'a verdict, and another one; '.repeat(600)}`,
      headers: { traceparent: `trace ${index}` },
    }));
    await sender.send(records);
    expect(packed).toBeGreaterThan(0);
    await waitUntil('all are read', () => read.size >= records.length, 30_000);
    for (const { key, value, headers } of records) {
      expect(read.get(key)?.value?.toString()).toBe(value);
      expect(read.get(key)?.headers['traceparent']?.toString()).toBe(headers.traceparent);
    }
  });

  it('when they are few bytes, then they go as they are', async () => {
    const before = packed;
    await sender.send([{ topic: TOPIC, key: 'small', value: 'a verdict' }]);
    await waitUntil('it is read', () => read.has('small'), 30_000);
    expect(packed).toBe(before);
  });
});
