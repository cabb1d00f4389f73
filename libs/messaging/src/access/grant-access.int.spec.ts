import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  inboundTopic,
  inboundTopicDefinition,
  KAFKA_USERS,
  type KafkaUserName,
  kafkaUserOfProducer,
  type Right,
  rightsOf,
  rightsOfProducer,
  TOPICS,
} from '@tollgate/contracts';
import { type RunningKafka, startKafka, TEST_ORDER } from '@tollgate/servers';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { kafkaClient } from '../kafka-client.js';
import { type KafkaConnection, physicalName } from '../kafka-connection.js';
import { LaneSender } from '../sender/lane-sender.js';
import { TestLogger } from '../testing/test-logger.js';
import { createTopics } from '../topics/create-topics.js';
import { listLag } from '../topics/list-lag.js';
import { verifyTopics } from '../topics/verify-topics.js';
import { AccessRefusedError } from './access-refused-error.js';
import { grantAccess, revokeAccess } from './grant-access.js';

jest.setTimeout(60_000);

const LANES = 1;
const PASSWORD = 'a-password-of-nobody-else';
const CI_BOT = kafkaUserOfProducer('ci-bot');
const logger = new TestLogger();

let dataDir: string;
let kafka: RunningKafka;
let admin: KafkaConnection;

const as = (user: string, password = PASSWORD): KafkaConnection => ({
  brokers: kafka.brokers,
  clientId: user,
  topicPrefix: 'a.',
  username: `a.${user}`,
  password,
});
const account = (user: string, rights: readonly Right[]) => ({ user, password: PASSWORD, rights });

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tollgate-guarded-'));
  kafka = await startKafka({
    dataDir,
    port: 0,
    controllerPort: 0,
    order: TEST_ORDER.filter((origin) => origin !== 'given'),
    accounts: { broker: 'of-the-broker', admin: 'of-the-admin' },
  });
  admin = { ...as('spec', 'of-the-admin'), username: 'admin', mechanism: 'plain' };
  await grantAccess(admin, [
    ...KAFKA_USERS.map((user) => account(user, rightsOf(user))),
    account(CI_BOT, rightsOfProducer('ci-bot')),
  ]);
  await createTopics({
    connection: admin,
    lanes: LANES,
    definitions: [...TOPICS, inboundTopicDefinition('ci-bot'), inboundTopicDefinition('night-job')],
  });
});
afterAll(async () => {
  await kafka.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The topics among those given to which somebody can write. */
async function writable(connection: KafkaConnection, topics: readonly string[]): Promise<string[]> {
  const sender = new LaneSender({ connection, logger, metrics: new Registry() });
  const written: string[] = [];
  for (const topic of topics) {
    try {
      await sender.send([{ topic, key: 'key', value: 'value' }]);
      written.push(topic);
    } catch (error) {
      expect(error).toMatchObject({
        message: expect.stringContaining(`the broker forbids writing to ${topic}`),
      });
    }
  }
  await sender.disconnect();
  return written;
}

/** A broker that has just started has to learn its groups first. */
const NOT_YET = /coordinator is loading|not the correct coordinator/;

/** Whether somebody gets the records of a topic, or else what the broker says to that. */
async function reads(connection: KafkaConnection, topic: string, group: string): Promise<string> {
  for (;;) {
    const said = await readOnce(connection, topic, group);
    if (!NOT_YET.test(said)) return said;
  }
}

async function readOnce(connection: KafkaConnection, topic: string, group: string): Promise<string> {
  const consumer = kafkaClient(connection, logger).consumer({
    groupId: physicalName(connection, group),
    retry: { restartOnFailure: async () => false },
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [physicalName(connection, topic)], fromBeginning: true });
    return await new Promise<string>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error.message));
      consumer.run({ eachMessage: async () => resolve('a record') }).catch(reject);
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await consumer.disconnect();
  }
}

const everyTopic = [...TOPICS.map(({ name }) => name), inboundTopic('ci-bot'), inboundTopic('night-job')];

describe('at a broker that lets nobody in without a right', () => {
  it.each(KAFKA_USERS)('%s writes to its own topics, and to no other', async (user: KafkaUserName) => {
    const own = TOPICS.filter(({ writer }) => writer === user).map(({ name }) => name);
    expect(own.length).toBeGreaterThan(0);
    expect(await writable(as(user), everyTopic)).toEqual(own);
  });

  it('so the router writes no decision, and audit nothing but its dead letters', async () => {
    expect(await writable(as('router'), ['decision.made', 'route.resolved'])).toEqual(['route.resolved']);
    expect(await writable(as('audit'), everyTopic)).toEqual(['audit.dead-letter']);
  });

  it('a producer writes to its own inbound topic, and to no other', async () => {
    const topics = [inboundTopic('ci-bot'), inboundTopic('night-job'), 'request.submitted', 'decision.made'];
    expect(await writable(as(CI_BOT), topics)).toEqual([inboundTopic('ci-bot')]);
  });

  it('a producer reads nothing, not even its own inbound topic', async () => {
    // It has no group, and so could read nothing anyway.
    const group: Right = { resource: 'group', name: 'grouped', match: 'exact', operations: ['read'] };
    await grantAccess(admin, [account('grouped', [...rightsOfProducer('ci-bot'), group])]);
    for (const topic of ['request.submitted', inboundTopic('ci-bot'), inboundTopic('night-job')])
      expect(await reads(as('grouped'), topic, 'grouped')).toMatch(/authorized/i);
  });

  it.each<[KafkaUserName, string, string]>([
    ['guardrail', 'decision.made', 'guardrail'],
    ['intake', inboundTopic('ci-bot'), 'intake'],
    ['operators', 'router.dead-letter', 'operators.tail.1'],
  ])('%s reads %s', async (user, topic, group) => {
    const [writer, name] = topic.startsWith('request.inbound')
      ? [CI_BOT, topic]
      : [TOPICS.find((definition) => definition.name === topic)?.writer ?? '', topic];
    await writable(as(writer), [name]);
    expect(await reads(as(user), topic, group)).toBe('a record');
  });

  it.each<[KafkaUserName, string, string]>([
    ['router', 'vote.cast', 'router'],
    ['guardrail', inboundTopic('ci-bot'), 'guardrail'],
    ['operators', 'decision.made', 'operators.tail.1'],
  ])('%s does not read %s as one of the group %s', async (user, topic, group) => {
    expect(await reads(as(user), topic, group)).toMatch(/authorized/i);
  });

  it('nobody reads as one of the group of another', async () => {
    await writable(as('intake'), ['policy.published']);
    expect(await reads(as('guardrail'), 'policy.published', 'guardrail')).toBe('a record');
    expect(await reads(as('router'), 'policy.published', 'guardrail')).toMatch(
      /authorized|group coordinator/i,
    );
  });

  it('everybody sees whether the topics are as they must be, and operators how far services are behind', async () => {
    for (const user of KAFKA_USERS) await verifyTopics({ connection: as(user), lanes: LANES });
    await expect(listLag({ connection: as('operators'), groups: ['router'] })).resolves.toBeDefined();
  });

  it('intake makes topics of producers, and none else', async () => {
    const make = (user: string, ...definitions: (typeof TOPICS)[number][]) =>
      createTopics({ connection: as(user), lanes: LANES, definitions });
    expect(await make('intake', inboundTopicDefinition('new-one'))).toEqual([inboundTopic('new-one')]);
    await expect(make('router', inboundTopicDefinition('another'))).rejects.toThrow(/authorized/i);
    await expect(
      make('intake', { ...inboundTopicDefinition('x'), name: 'decision.made.too' }),
    ).rejects.toThrow(/authorized/i);
  });

  it('nobody but the administrator changes users and rights', async () => {
    for (const user of ['intake', 'operators']) {
      await expect(grantAccess(as(user), [account('mallory', rightsOf('intake'))])).rejects.toBeInstanceOf(
        AccessRefusedError,
      );
    }
  });
});

describe('somebody who is not let in', () => {
  it.each([
    ['has another password', () => as('router', 'hunter2')],
    ['is unknown', () => as('mallory', 'hunter2')],
    ['signs in otherwise', () => ({ ...as('router'), mechanism: 'plain' as const })],
  ])('as they are somebody who %s is told so, at once and without the password', async (_, connection) => {
    const refused = verifyTopics({ connection: connection(), lanes: LANES });
    await expect(refused).rejects.toBeInstanceOf(AccessRefusedError);
    await expect(refused).rejects.toThrow(`does not let the user ${connection().username} in`);
    await expect(refused).rejects.not.toThrow(/hunter2|a-password/);
  });
});

describe('users', () => {
  const inbound = inboundTopic('night-job');

  it('have the rights that were given last and no others, and the password that was given last', async () => {
    await grantAccess(admin, [account('changing', [...rightsOfProducer('night-job'), ...rightsOf('audit')])]);
    expect(await writable(as('changing'), [inbound, 'audit.dead-letter'])).toHaveLength(2);
    await grantAccess(admin, [
      { user: 'changing', password: 'the-next', rights: rightsOfProducer('night-job') },
    ]);
    expect(await writable(as('changing', 'the-next'), [inbound, 'audit.dead-letter'])).toEqual([inbound]);
    await expect(verifyTopics({ connection: as('changing'), lanes: LANES })).rejects.toBeInstanceOf(
      AccessRefusedError,
    );
  });

  it('that are removed can do nothing more, not even with a connection that they have', async () => {
    await grantAccess(admin, [account('leaving', rightsOfProducer('night-job'))]);
    const sender = new LaneSender({ connection: as('leaving'), logger, metrics: new Registry() });
    await sender.send([{ topic: inbound, key: 'key', value: 'value' }]);
    await revokeAccess(admin, ['leaving', 'who-never-was']);
    await expect(sender.send([{ topic: inbound, key: 'key', value: 'value' }])).rejects.toThrow(/forbids/);
    await sender.disconnect();
    await expect(verifyTopics({ connection: as('leaving'), lanes: LANES })).rejects.toBeInstanceOf(
      AccessRefusedError,
    );
  });
});

it('the passwords that the broker reads are for its owner alone', () => {
  if (kafka.origin === 'embedded') expect(statSync(join(dataDir, 'jaas.conf')).mode & 0o077).toBe(0);
});
