import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inboundTopic, requestIdFor, SERVICES, type ServiceName, TOPICS } from '@tollgate/contracts';
import { type KafkaConnection, LaneSender, listLag, type OutgoingRecord } from '@tollgate/messaging';
import { waitUntil, workspaceFolder } from '@tollgate/servers';
import { Registry } from 'prom-client';
import { bearer, call, submit } from './system/intake-client.js';
import { ledgerHas } from './system/ledger-client.js';
import { connectionTo, NO_LOG } from './system/producer-on-kafka.js';
import { type RunningSystem, sharedSystem } from './system/running-system.js';

type Account = Pick<KafkaConnection, 'username' | 'password' | 'mechanism'>;

const NOT_LET_IN = /does not let the user|invalid credentials|authentication failed/i;

let system: RunningSystem;
beforeAll(async () => {
  system = await sharedSystem();
}, 120_000);
afterAll(() => system?.stop(), 60_000);

const passwordFile = (service: ServiceName) =>
  join(system.stack.dataDir, 'keys', `kafka-password-${service}`);
const accountOf = (service: ServiceName): Account => ({
  username: service,
  password: readFileSync(passwordFile(service), 'utf8').trim(),
});
function producerAccount(): Account {
  const { producerKafka } = system.stack.credentials;
  if (producerKafka === undefined) throw new Error('the demo’s producer has no user at the broker');
  return producerKafka;
}

/** Writes as somebody. @returns what the broker says against it */
async function writes(as: Account, ...records: OutgoingRecord[]): Promise<string | undefined> {
  const sender = new LaneSender({
    connection: connectionTo(system.stack, as),
    logger: NO_LOG,
    metrics: new Registry(),
  });
  try {
    await sender.send(records);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await sender.disconnect();
  }
}

const record = (topic: string): OutgoingRecord => ({ topic, key: randomUUID(), value: '{}' });
const inboundRecord = (producer: string, key: string): OutgoingRecord => ({
  topic: inboundTopic(producer),
  key,
  value: JSON.stringify({
    ...(JSON.parse(
      readFileSync(join(workspaceFolder(), 'examples', 'inbound-deploy-ci.json'), 'utf8'),
    ) as object),
    id: randomUUID(),
  }),
});
const isReleased = (producer: string, key: string) =>
  ledgerHas(
    system.stack,
    'the release',
    { requestId: requestIdFor(producer, key), topic: 'action.released' },
    ({ length }) => length === 1,
  );

describe('the broker of the stack', () => {
  it.each<[ServiceName, string]>([
    ['router', 'decision.made'],
    ['router', 'guardrail.evaluated'],
    ['notifier', 'route.resolved'],
    ['guardrail', 'action.released'],
    ['audit', 'policy.published'],
    ['intake', 'decision.made'],
  ])('does not let %s write %s', async (service, topic) => {
    expect(await writes(accountOf(service), record(topic))).toBe(
      `the broker forbids writing to ${topic}: Not authorized to access topics: [Topic authorization failed]`,
    );
  });

  it('lets audit write nothing but its own dead letters', async () => {
    for (const topic of TOPICS.map(({ name }) => name).filter((name) => name !== 'audit.dead-letter'))
      expect([topic, await writes(accountOf('audit'), record(topic))]).toEqual([
        topic,
        expect.stringContaining('forbids'),
      ]);
  }, 30_000);

  it('lets a producer write to its own inbound topic, and what it asks for goes the whole road', async () => {
    const key = randomUUID();
    expect(await writes(producerAccount(), inboundRecord('ci-bot', key))).toBeUndefined();
    await isReleased('ci-bot', key);
  }, 30_000);

  it('lets nobody in who does not say who they are', async () => {
    const connection = { brokers: system.stack.brokers, clientId: 'nobody' };
    await expect(listLag({ connection, groups: ['audit'] })).rejects.toThrow();
  }, 60_000);

  it('keeps passwords in files for their owner alone', () => {
    const { dataDir } = system.stack;
    for (const file of [
      ...SERVICES.map(passwordFile),
      join(dataDir, 'secrets.json'),
      join(dataDir, 'credentials.json'),
      join(dataDir, 'kafka', 'jaas.conf'),
    ])
      expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
    const settings = readFileSync(join(dataDir, 'kafka', 'server.properties'), 'utf8');
    expect(settings).not.toContain(system.stack.kafkaAdmin.password);
  });
});

describe('a producer that is added', () => {
  const added = async (...args: string[]) => {
    const { code, out, err } = await system.tollgate('producers', ...args, '--json');
    if (code !== 0) throw new Error(err);
    return JSON.parse(out) as { key: string; kafka: Account };
  };
  let apiKey: string;
  let first: Account;
  beforeAll(async () => {
    ({ key: apiKey, kafka: first } = await added('add', 'night-bot', '--owner', 'alice'));
  }, 30_000);

  it('writes to its own inbound topic, and to that of no other', async () => {
    const key = randomUUID();
    expect(await writes(first, inboundRecord('night-bot', key))).toBeUndefined();
    await isReleased('night-bot', key);
    expect(await writes(first, inboundRecord('ci-bot', key))).toMatch(
      /forbids writing to request.inbound.ci-bot/,
    );
    expect(await writes(producerAccount(), inboundRecord('night-bot', key))).toMatch(/forbids/);
    expect(await writes(first, record('request.submitted'))).toMatch(/forbids/);
  }, 40_000);

  it('gets another password, and is removed: neither its password nor its key opens anything', async () => {
    const { kafka: second } = await added('kafka-user', 'night-bot');
    await expect(
      listLag({ connection: connectionTo(system.stack, first), groups: ['audit'] }),
    ).rejects.toThrow(NOT_LET_IN);
    expect(await writes(second, inboundRecord('night-bot', randomUUID()))).toBeUndefined();
    expect((await system.tollgate('producers', 'remove', 'night-bot')).code).toBe(0);
    await expect(
      listLag({ connection: connectionTo(system.stack, second), groups: ['audit'] }),
    ).rejects.toThrow(NOT_LET_IN);
    await waitUntil(
      'its key is refused',
      async () =>
        (await call(`${system.stack.urls.intake}/v1/requests?limit=1`, { headers: bearer(apiKey) }))
          .status === 401,
      10_000,
    );
    expect((await system.tollgate('producers', 'remove', 'nobody')).code).toBe(1);
  }, 60_000);
});

describe('a service with a wrong password', () => {
  it('does not start, says why and which user, and shows no secret', async () => {
    const file = join(system.stack.dataDir, 'wrong-password');
    const wrong = `hunter2-${randomUUID()}`;
    writeFileSync(file, wrong, { mode: 0o600 });
    const child = spawn(process.execPath, [join(workspaceFolder(), 'dist', 'router', 'main.js')], {
      env: {
        PATH: process.env['PATH'],
        PORT: '0',
        KAFKA_BROKERS: system.stack.brokers.join(','),
        KAFKA_USERNAME: 'router',
        KAFKA_PASSWORD_FILE: file,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(78);
    expect(said).toContain('router cannot start: the broker does not let the user router in');
    expect(said).not.toContain('hunter2');
  }, 30_000);
});

it('the road goes on meanwhile', async () => {
  const { body } = await submit(
    system.stack,
    JSON.parse(readFileSync(join(workspaceFolder(), 'examples', 'deploy-ci.json'), 'utf8')),
  );
  await ledgerHas(
    system.stack,
    'the release',
    { requestId: body.id, topic: 'action.released' },
    ({ length }) => length === 1,
  );
}, 30_000);
