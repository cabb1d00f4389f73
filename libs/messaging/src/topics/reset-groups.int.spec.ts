import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { type IncomingEvent } from '../incoming-record.js';
import { TestRoad, type TestService, withdrawal } from '../testing/test-road.js';
import { describeTopics } from './describe-topics.js';
import { listLag } from './list-lag.js';
import { resetGroups } from './reset-groups.js';

jest.setTimeout(60_000);

const ids = Array.from({ length: 20 }, () => newRequestId());

describe('a group that reads history again', () => {
  let road: TestRoad;
  let handled: string[] = [];

  const start = (): Promise<TestService> =>
    road.start('notifier', [
      {
        pattern: 'request.withdrawn',
        handle: ({ event }: IncomingEvent<'request.withdrawn'>) => void handled.push(event.data.requestId),
      },
    ]);
  const lag = async () =>
    (await listLag({ connection: road.connection, groups: ['notifier', 'router'] })).filter(
      ({ topic }) => topic === 'request.withdrawn',
    );
  const hasRead = async () => {
    await waitUntil('all is handled', () => ids.every((id) => handled.includes(id)), 20_000);
    await waitUntil('all is settled', async () => (await lag())[0]?.lag === 0, 20_000);
  };

  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build(
      'request.withdrawn',
      'notifier.retry',
    );
    await road.send(...ids.map((id) => withdrawal(id)));
  });
  afterAll(() => road.close());

  it('begins at the first record of every topic', async () => {
    const before = await start();
    await hasRead();
    expect(await lag()).toEqual([{ group: 'notifier', topic: 'request.withdrawn', lag: 0 }]);
    await expect(resetGroups({ connection: road.connection, groups: ['notifier'] })).rejects.toThrow();
    await before.stop();

    handled = [];
    await resetGroups({ connection: road.connection, groups: ['notifier', 'router'] });
    expect(await lag()).toEqual([]);
    const after = await start();
    await hasRead();
    expect(handled.toSorted()).toEqual(ids.toSorted());
    await after.stop();
  });

  it('is behind by what came while it was away', async () => {
    const service = await start();
    await hasRead();
    await service.stop();
    await road.send(withdrawal(newRequestId()), withdrawal(newRequestId()));
    expect(await lag()).toEqual([{ group: 'notifier', topic: 'request.withdrawn', lag: 2 }]);
  });

  it('the topics are described with their logical names', async () => {
    const topics = await describeTopics({ connection: road.connection });
    expect(topics).toEqual([
      { topic: 'notifier.retry', partitions: road.lanes, records: 0, cleanup: 'delete' },
      {
        topic: 'request.withdrawn',
        partitions: road.lanes,
        records: (await road.read('request.withdrawn')).length,
        cleanup: 'compact',
      },
    ]);
  });
});
