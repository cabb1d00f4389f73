import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { inboundTopicDefinition } from '@tollgate/contracts';
import {
  createTopics,
  describeTopics,
  listLag,
  type KafkaConnection,
  LaneSender,
  type OutgoingRecord,
  resetGroups,
} from '@tollgate/messaging';
import { createLogger } from '@tollgate/runtime';
import {
  createTestDatabase,
  testBrokers,
  type TestDatabase,
  uniqueTopicPrefix,
  waitUntil,
  workspaceFolder,
} from '@tollgate/servers';
import { Registry } from 'prom-client';
import { aReleasedRoad } from '../testing/a-road.js';
import { LEDGER_ROLES, type TestLedger, testLedger } from '../testing/test-ledger.js';
import { auditEnvironment } from '../testing/test-service.js';

jest.setTimeout(180_000);

const LANES = 2;
const WITHIN_MS = 60_000;
const connection: KafkaConnection = {
  brokers: testBrokers(),
  clientId: 'audit-spec',
  topicPrefix: uniqueTopicPrefix(),
};
const sender = new LaneSender({
  connection,
  logger: createLogger('spec', 'silent'),
  metrics: new Registry(),
});

let database: TestDatabase;
let ledger: TestLedger;
let service: ChildProcess | undefined;

beforeAll(async () => {
  execFileSync(process.execPath, [join(workspaceFolder(), 'tools/build/build.mjs')]);
  database = await createTestDatabase('audit_crash', LEDGER_ROLES);
  ledger = await testLedger(database);
  await createTopics({ connection, lanes: LANES });
  await sender.connect();
});

afterAll(async () => {
  await end('SIGKILL');
  await sender.disconnect();
  await ledger.close();
  await database.drop();
});

/** Starts audit as a process of its own, as it runs in production. */
function start(): void {
  service = spawn(
    process.execPath,
    ['--disable-warning=TimeoutNegativeWarning', join(workspaceFolder(), 'apps/audit/dist/main.js')],
    {
      env: {
        ...auditEnvironment(database),
        KAFKA_BROKERS: connection.brokers.join(','),
        KAFKA_LANES: String(LANES),
        KAFKA_TOPIC_PREFIX: connection.topicPrefix,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}

/** Ends the process; @returns its exit code, null where a signal ended it */
async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  const ending = service;
  service = undefined;
  if (ending === undefined) return null;
  if (ending.exitCode !== null) return ending.exitCode;
  const ended = once(ending, 'exit');
  ending.kill(signal);
  await ended;
  return ending.exitCode;
}

const one = async (sql: string): Promise<number> =>
  (await ledger.admin.query<{ n: number }>(sql)).rows[0]?.n ?? -1;
const onRecord = (): Promise<number> => one('SELECT count(*)::int AS n FROM record');
/** True once the group has settled every record of every topic that has any. */
async function isAllRead(): Promise<boolean> {
  const filled = (await describeTopics({ connection })).filter(({ records }) => records > 0);
  const lags = await listLag({ connection, groups: ['audit'] });
  const settled = new Set(lags.filter(({ lag }) => lag === 0).map(({ topic }) => topic));
  return filled.every(({ topic }) => settled.has(topic));
}
const handedOver = (requests: number): OutgoingRecord[] =>
  Array.from({ length: requests }, () => aReleasedRoad())
    .flat()
    .map(({ topic, key, value, headers }) => ({
      topic,
      key: key ?? '',
      value,
      headers,
      partitionKey: key?.slice(0, 36),
    }));

/** Every record that the broker has is on record once, and nothing else is. */
async function expectTheTopics(): Promise<void> {
  const topics = await describeTopics({ connection });
  const { rows } = await ledger.admin.query<{ topic: string; records: number; places: number }>(
    `SELECT topic, count(*)::int AS records, count(DISTINCT (partition, record_offset))::int AS places
     FROM record GROUP BY topic`,
  );
  const expected = topics
    .filter(({ records }) => records > 0)
    .map(({ topic, records }) => [topic, records, records]);
  expect(rows.map(({ topic, records, places }) => [topic, records, places]).toSorted()).toEqual(
    expected.toSorted(),
  );
  expect(await one('SELECT (max(seq) - count(*))::int AS n FROM record')).toBe(-1);
  for (const table of ['gap', 'suspect'])
    expect(await one(`SELECT count(*)::int AS n FROM ${table}`)).toBe(0);
}

describe('audit as a process', () => {
  it('is killed again and again while records come, and has each of them once', async () => {
    const sent = handedOver(300);
    const sending = (async () => {
      for (let begin = 0; begin < sent.length; begin += 50) await sender.send(sent.slice(begin, begin + 50));
    })();
    for (const share of [0.1, 0.4, 0.7]) {
      start();
      await waitUntil(
        `${share} of the records`,
        async () => (await onRecord()) >= share * sent.length,
        WITHIN_MS,
      );
      await end('SIGKILL');
    }
    await sending;
    start();
    await waitUntil('all records', async () => (await onRecord()) >= sent.length, WITHIN_MS);
    await expectTheTopics();
  });

  it('takes in the topic of a new producer, and keeps place and hash alone', async () => {
    await createTopics({ connection, lanes: LANES, definitions: [inboundTopicDefinition('night-build')] });
    const before = await onRecord();
    const topic = 'request.inbound.night-build';
    await sender.send([1, 2, 3].map((nth) => ({ topic, key: `order ${nth}`, value: 'a secret' })));
    await waitUntil('the records of the producer', async () => (await onRecord()) === before + 3, WITHIN_MS);
    expect(
      await one(
        `SELECT count(*)::int AS n FROM record WHERE topic = '${topic}' AND reading = 'withheld' AND coalesce(key, value) IS NULL`,
      ),
    ).toBe(3);
    await expectTheTopics();
  });

  it('stops when told, and puts retries of its own on record', async () => {
    const before = await onRecord();
    await sender.send([{ topic: 'audit.retry', key: 'vote.cast-0-0', value: '{}' }]);
    await waitUntil('the retry', async () => (await onRecord()) === before + 1, WITHIN_MS);
    expect(await end('SIGTERM')).toBe(0);
  });

  it('reads every topic again from the start, and nothing changes', async () => {
    const before = await onRecord();
    await resetGroups({ connection, groups: ['audit'] });
    start();
    await sender.send(handedOver(1));
    await waitUntil('what came last', async () => (await onRecord()) === before + 7, WITHIN_MS);
    await waitUntil('everything is read', isAllRead, WITHIN_MS);
    expect(await end('SIGTERM')).toBe(0);
    await expectTheTopics();
  });
});
