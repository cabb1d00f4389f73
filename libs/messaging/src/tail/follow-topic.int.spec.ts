import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { TestRoad } from '../testing/test-road.js';
import { withAdmin } from '../topics/with-admin.js';
import { followTopic, readTopic, type TopicTail } from './follow-topic.js';

jest.setTimeout(60_000);

describe('a topic that is followed', () => {
  let road: TestRoad;
  const tails: TopicTail[] = [];
  const follow = async (topic: string, seen: string[], onFatal?: (error: Error) => void) => {
    const tail = await followTopic({
      connection: road.connection,
      topic,
      logger: road.logger,
      onRecord: ({ value }) => {
        if (String(value) === 'poison') throw new Error('cannot take this');
        seen.push(String(value));
      },
      ...(onFatal === undefined ? {} : { onFatal }),
    });
    tails.push(tail);
    return tail;
  };
  const publish = (...values: string[]) =>
    road.send(...values.map((value) => ({ topic: 'policy.published', key: value, value })));

  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
  });
  afterAll(async () => {
    await Promise.all(tails.map((tail) => tail.stop()));
    await road.close();
  });

  it('is caught up with at once when it is empty, read from the beginning, and then as records come', async () => {
    const empty: string[] = [];
    await (
      await follow('policy.published', empty)
    ).caughtUp;
    expect(empty).toEqual([]);
    await publish('1', '2', '3');
    await waitUntil('they come', () => empty.length === 3, 10_000);

    const later: string[] = [];
    const tail = await follow('policy.published', later);
    await tail.caughtUp;
    expect(later).toEqual(['1', '2', '3']);
    await publish('4');
    await tail.readToEnd();
    expect(later).toEqual(['1', '2', '3', '4']);
    expect(empty).toEqual(expect.arrayContaining(['1', '2', '3']));
  });

  it('can be read once, all lanes of it', async () => {
    const values = Array.from({ length: 30 }, (_, index) => String(index));
    await road.send(...values.map((value) => ({ topic: 'vote.cast', key: value, value })));
    const records = await readTopic({ connection: road.connection, topic: 'vote.cast', logger: road.logger });
    expect(records.map(({ value }) => String(value)).toSorted()).toEqual(values.toSorted());
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(road.lanes);
    expect(
      await readTopic({ connection: road.connection, topic: 'request.failed', logger: road.logger }),
    ).toEqual([]);
  });

  it('is given up, and that is told, when a record cannot be taken', async () => {
    await road.send({ topic: 'release.revoked', key: 'k', value: 'poison' });
    const fatal: Error[] = [];
    const tail = await follow('release.revoked', [], (error) => fatal.push(error));
    await expect(tail.caughtUp).rejects.toThrow('cannot take this');
    expect(fatal.map(({ message }) => message)).toEqual(['cannot take this']);
  });

  it('leaves no group behind on the broker', async () => {
    const tail = await follow('policy.published', []);
    await tail.caughtUp;
    const groups = () =>
      withAdmin(road.connection, async (admin) => {
        const { groups: all } = await admin.listGroups();
        return all.filter(({ groupId }) => groupId.startsWith(`${road.connection.topicPrefix}test.tail.`))
          .length;
      });
    const before = await groups();
    expect(before).toBeGreaterThan(0);
    await tail.stop();
    expect(await groups()).toBe(before - 1);
  });
});
