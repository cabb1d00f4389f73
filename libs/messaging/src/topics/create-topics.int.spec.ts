import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId, type TopicDefinition, TOPICS } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { type IncomingRecord } from '../incoming-record.js';
import { TestRoad, withdrawal } from '../testing/test-road.js';
import { createTopics } from './create-topics.js';
import { listLag } from './list-lag.js';
import { TopicMismatchError } from './topic-mismatch-error.js';
import { verifyTopics } from './verify-topics.js';

jest.setTimeout(60_000);

describe('the topics on the broker', () => {
  let road: TestRoad;
  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix(), 3).build();
  });
  afterAll(() => road.close());

  it('are created as defined, once, and by two at the same time', async () => {
    const bare = new TestRoad(testBrokers(), uniqueTopicPrefix(), 3);
    const { connection, lanes } = bare;
    await expect(verifyTopics({ connection, lanes })).rejects.toThrow('request.submitted does not exist');
    const created = await Promise.all([
      createTopics({ connection, lanes }),
      createTopics({ connection, lanes }),
    ]);
    expect(new Set(created.flat())).toEqual(new Set(TOPICS.map(({ name }) => name)));
    expect(await createTopics({ connection, lanes })).toEqual([]);
    await verifyTopics({ connection, lanes });
    await bare.close();
  });

  it('are refused, naming every difference, where they are not as this version needs them', async () => {
    const { connection } = road;
    const failing = verifyTopics({ connection, lanes: 4 });
    await expect(failing).rejects.toBeInstanceOf(TopicMismatchError);
    await expect(failing).rejects.toThrow(/request\.submitted has 3 partitions and must have 4/);
    await expect(failing).rejects.toThrow(/audit\.retry has 3 partitions and must have 4/);
    await expect(failing).rejects.not.toThrow(/policy\.published has/);

    const other: TopicDefinition = { ...TOPICS[0]!, cleanup: { policy: 'delete', retentionMs: 1000 } };
    await expect(createTopics({ connection, lanes: 3, definitions: [other] })).rejects.toThrow(
      /cleanup\.policy compact and must have delete/,
    );
  });

  it('take records of the time that the broker gives them', async () => {
    await road.send(withdrawal(newRequestId()));
    const [record] = await road.read('request.withdrawn');
    expect(Math.abs((record?.time ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('show how far a service is behind', async () => {
    const lagOf = async (topic: string) =>
      (await listLag({ connection: road.connection, groups: ['router'] })).find((lag) => lag.topic === topic)
        ?.lag;
    const seen: IncomingRecord[] = [];
    const service = await road.start('router', [
      {
        pattern: 'vote.cast',
        extras: { batch: true, raw: true },
        handle: (batch: IncomingRecord[]) => void seen.push(...batch),
      },
    ]);
    await road.send(
      ...Array.from({ length: 10 }, (_, index) => ({ topic: 'vote.cast', key: String(index), value: 'v' })),
    );
    await waitUntil('all are read', () => seen.length === 10, 15_000);
    await service.stop();
    expect(await lagOf('vote.cast')).toBe(0);
    await road.send(
      ...Array.from({ length: 7 }, (_, index) => ({ topic: 'vote.cast', key: String(index), value: 'v' })),
    );
    expect(await lagOf('vote.cast')).toBe(7);
  });
});
