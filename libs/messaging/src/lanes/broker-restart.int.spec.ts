import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { freePort, type RunningKafka, startKafka, waitUntil } from '@tollgate/servers';
import { type IncomingEvent } from '../incoming-record.js';
import { onceBrokerAnswers } from '../topics/once-broker-answers.js';
import { topicBounds } from '../topics/topic-bounds.js';
import { withAdmin } from '../topics/with-admin.js';
import { TestRoad, type TestService, withdrawal } from '../testing/test-road.js';

jest.setTimeout(120_000);

describe('a broker that is killed', () => {
  let dataDir: string;
  let ports: { port: number; controllerPort: number };
  let kafka: RunningKafka;
  let road: TestRoad;
  let service: TestService;
  const handled = new Set<string>();

  const startBroker = () => startKafka({ dataDir, ...ports, order: ['embedded'] });
  const killBroker = async (): Promise<void> => {
    if (kafka.pid === undefined) throw new Error('the broker of this test is a process');
    process.kill(kafka.pid, 'SIGKILL');
    await kafka.stop();
  };

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'tollgate-broker-'));
    ports = { port: await freePort(), controllerPort: await freePort() };
    kafka = await startBroker();
    road = await new TestRoad(kafka.brokers, '').build();
    service = await road.start('router', [
      {
        pattern: 'request.withdrawn',
        extras: { batch: true },
        handle: (batch: IncomingEvent<'request.withdrawn'>[]) => {
          for (const { event } of batch) handled.add(event.data.requestId);
          return batch.map(({ key }) => ({ topic: 'request.failed', key: key ?? '', value: 'x' }));
        },
      },
    ]);
    await waitUntil('the service reads', () => service.lanes.health().ok, 20_000);
  });
  afterAll(async () => {
    await road.close();
    await kafka.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is waited for by reader and sender, health says so, and all goes on when it is back', async () => {
    const before = newRequestId();
    await road.send(withdrawal(before));
    await waitUntil('a record goes through', () => handled.has(before), 20_000);

    await killBroker();
    const meanwhile = Array.from({ length: 50 }, () => newRequestId());
    const connection = { brokers: kafka.brokers, clientId: 'newcomer' };
    const known = onceBrokerAnswers(
      connection,
      () => withAdmin(connection, (admin) => admin.listTopics()),
      60_000,
    );
    const sending = road.send(...meanwhile.map((id) => withdrawal(id)));
    await waitUntil('both notice', () => !service.lanes.health().ok && !road.sender.health().ok, 30_000);
    kafka = await startBroker();

    // Who starts meanwhile waits for it, and finds the partitions led, however soon it asks.
    expect(await known).toContain('request.failed');
    expect(await withAdmin(connection, (admin) => topicBounds(admin, 'request.failed'))).not.toHaveLength(0);
    await sending;
    await waitUntil(
      'what was sent meanwhile is handled',
      () => meanwhile.every((id) => handled.has(id)),
      60_000,
    );
    await waitUntil('both are well', () => service.lanes.health().ok && road.sender.health().ok, 10_000);
    expect(new Set((await road.read('request.failed')).map(({ key }) => key))).toEqual(
      new Set([before, ...meanwhile]),
    );
    expect(service.fatal).toEqual([]);
  });
});
