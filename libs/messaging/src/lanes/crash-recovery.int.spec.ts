import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil, workspaceFolder } from '@tollgate/servers';
import { type IncomingRecord } from '../incoming-record.js';
import { followTopic, type TopicTail } from '../tail/follow-topic.js';
import { TestRoad, withdrawal } from '../testing/test-road.js';

jest.setTimeout(90_000);

describe('a service that is killed', () => {
  let road: TestRoad;
  let prefix: string;
  let tail: TopicTail;
  const out: IncomingRecord[] = [];
  const children: ChildProcess[] = [];

  const startService = async (): Promise<ChildProcess> => {
    // Built by the set-up of the integration tests.
    const script = join(workspaceFolder(), 'libs/messaging/dist/testing/crashing-service.mjs');
    const child = fork(script, [testBrokers().join(), prefix], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(child);
    await once(child, 'message');
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  beforeAll(async () => {
    prefix = uniqueTopicPrefix();
    road = await new TestRoad(testBrokers(), prefix).build();
    tail = await followTopic({
      connection: road.connection,
      topic: 'request.failed',
      logger: road.logger,
      onRecord: (record) => void out.push(record),
    });
  });
  afterEach(async () => {
    await Promise.all(
      children
        .splice(0)
        .filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
        .map(kill),
    );
  });
  afterAll(async () => {
    await tail.stop();
    await road.close();
  });

  it('loses nothing and keeps the order, however often it is killed while records flow', async () => {
    const ids = Array.from({ length: 10 }, () => newRequestId());
    const steps = 200;
    const kills = 3;
    let child = await startService();
    for (let step = 0; step < steps; step++) {
      await road.send(...ids.map((id) => withdrawal(id, String(step))));
      if (step % Math.floor(steps / kills) === 20) {
        await kill(child);
        child = await startService();
      }
    }
    const of = (id: string) => out.filter(({ key }) => key === id).map(({ value }) => Number(String(value)));
    await waitUntil('all went through', () => ids.every((id) => new Set(of(id)).size === steps), 60_000);
    for (const id of ids) {
      const firsts = [...new Set(of(id))];
      expect(firsts).toEqual(Array.from({ length: steps }, (_, step) => step));
    }
  });

  it('is no member of the group any more when another takes its place on the same machine', async () => {
    await kill(await startService());
    const handled: string[] = [];
    const heir = await road.start('router', [
      {
        pattern: 'request.withdrawn',
        extras: { batch: true },
        handle: (batch: IncomingRecord[]) => void handled.push(...batch.map(({ key }) => key ?? '')),
      },
    ]);
    const id = newRequestId();
    await road.send(withdrawal(id));
    await waitUntil('the heir reads', () => handled.includes(id), 30_000);
    const dismissed = heir.logger.lines.filter(({ message }) => message.includes('taken out of the group'));
    expect(dismissed).toHaveLength(1);
  });
});
