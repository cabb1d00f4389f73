import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createTopics, describeTopics, type KafkaConnection } from '@tollgate/messaging';
import { freePort, PortInUseError, startKafka, waitUntil, type RunningKafka } from '@tollgate/servers';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepRunning, type KeptServer } from './keep-running.js';

const WITHIN_MS = 90_000;
jest.setTimeout(3 * WITHIN_MS);

describe('the embedded broker', () => {
  let folder: string;
  let kafka: KeptServer<RunningKafka>;
  let connection: KafkaConnection;
  let port: number;
  const lines: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tollgate-broker-'));
    port = await freePort();
    const controllerPort = await freePort();
    kafka = await keepRunning(
      'kafka',
      () => startKafka({ dataDir: folder, port, controllerPort, order: ['embedded'] }),
      (line) => lines.push(line),
    );
    connection = { brokers: kafka.current().brokers, clientId: 'spec' };
    await createTopics({ connection, lanes: 3 });
  });
  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true });
  });

  const topics = async () => {
    const described = await describeTopics({ connection });
    return described.map(({ topic, partitions, cleanup }) => ({ topic, partitions, cleanup }));
  };
  /** A broker that has just started takes over its partitions one after the other; until then it refuses to speak of them. */
  const topicsAfterStart = async () => {
    let found: Awaited<ReturnType<typeof topics>> = [];
    await waitUntil(
      'the broker leads its partitions',
      async () => {
        try {
          found = await topics();
          return true;
        } catch {
          return false;
        }
      },
      WITHIN_MS,
    );
    return found;
  };

  it('keeps topics as they were made, through SIGKILL and a new start on the same data', async () => {
    const before = await topicsAfterStart();
    expect(before).toContainEqual({ topic: 'request.submitted', partitions: 3, cleanup: 'compact' });
    const { pid } = kafka.current();
    await kafka.hold();
    await kafka.resume();
    expect(kafka.current().pid).not.toBe(pid);
    expect(await topicsAfterStart()).toEqual(before);
    expect(lines).toEqual([]);
  });

  it('is started again by itself when it dies', async () => {
    const { pid } = kafka.current();
    if (pid === undefined) throw new Error('no process');
    process.kill(pid, 'SIGKILL');
    await waitUntil('another process', () => kafka.current().pid !== pid, WITHIN_MS);
    expect(await topicsAfterStart()).toContainEqual({
      topic: 'request.submitted',
      partitions: 3,
      cleanup: 'compact',
    });
    expect(lines).toEqual(['kafka ended; it is started again in 100 ms']);
  });

  it('names a port that is taken, and the setting that changes it', async () => {
    const second = startKafka({
      dataDir: join(folder, 'second'),
      port,
      controllerPort: 0,
      order: ['embedded'],
    });
    await expect(second).rejects.toThrow(PortInUseError);
    await expect(second).rejects.toThrow('KAFKA_PORT');
  });

  it('writes its log where it is looked for', () => {
    expect(statSync(join(folder, 'kafka.log')).size).toBeGreaterThan(0);
  });
});
