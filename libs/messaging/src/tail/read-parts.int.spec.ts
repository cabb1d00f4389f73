import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { type IncomingRecord } from '../incoming-record.js';
import { TestRoad } from '../testing/test-road.js';
import { withAdmin } from '../topics/with-admin.js';
import { type LanePart, lastRecords, lastSettled, recordsSince } from './lane-part.js';
import { readParts } from './read-parts.js';

jest.setTimeout(60_000);

const TOPICS = ['vote.cast', 'decision.made'] as const;

describe('parts of lanes', () => {
  let road: TestRoad;
  const send = (...values: string[]) =>
    road.send(...TOPICS.flatMap((topic) => values.map((value) => ({ topic, key: value, value }))));
  const read = async (parts: readonly LanePart[]): Promise<IncomingRecord[]> => {
    const found: IncomingRecord[] = [];
    await readParts({
      connection: road.connection,
      parts,
      logger: road.logger,
      onRecords: (records) => void found.push(...records),
    });
    return found;
  };
  const textsOf = (records: readonly IncomingRecord[], topic: string) =>
    records.filter((record) => record.topic === topic).map(({ value }) => String(value));
  const many = Array.from({ length: 40 }, (_, index) => `old-${index}`);

  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
  });
  afterAll(() => road.close());

  it('are none of topics without a record', async () => {
    expect(await lastRecords(road.connection, TOPICS)).toEqual([]);
    expect(await recordsSince(road.connection, TOPICS, 0)).toEqual([]);
    expect(await lastSettled(road.connection, 'notifier', TOPICS)).toEqual([]);
    expect(await read([])).toEqual([]);
  });

  it('are read once, in order, and leave no group behind', async () => {
    await send(...many);
    const all = await read(await recordsSince(road.connection, TOPICS, 0));
    for (const topic of TOPICS) expect(textsOf(all, topic).toSorted()).toEqual(many.toSorted());
    for (const partition of [0, 1, 2, 3])
      for (const topic of TOPICS) {
        const offsets = all
          .filter((record) => record.topic === topic && record.partition === partition)
          .map(({ offset }) => Number(offset));
        expect(offsets).toEqual(offsets.map((_, index) => index));
      }
    const { groups } = await withAdmin(road.connection, (admin) => admin.listGroups());
    expect(groups.filter(({ groupId }) => groupId.startsWith(road.connection.topicPrefix ?? '-'))).toEqual(
      [],
    );
  });

  it('can be the last record of each lane alone', async () => {
    const last = await lastRecords(road.connection, TOPICS);
    const records = await read(last);
    expect(records.map(({ topic, partition, offset }) => [topic, partition, offset])).toEqual(
      expect.arrayContaining(last.map(({ topic, partition, from }) => [topic, partition, from])),
    );
    expect(records).toHaveLength(last.length);
  });

  it('can be what came since a time', async () => {
    const newest = Math.max(
      ...(await read(await lastRecords(road.connection, TOPICS))).map(({ time }) => time),
    );
    await waitUntil('a moment has passed', () => Date.now() > newest, 5_000);
    const values = ['new-1', 'new-2', 'new-3'];
    await road.send(...values.map((value) => ({ topic: 'vote.cast', key: value, value })));
    const since = await read(await recordsSince(road.connection, TOPICS, newest + 1));
    expect(textsOf(since, 'vote.cast').toSorted()).toEqual(values);
    expect(textsOf(since, 'decision.made')).toEqual([]);
  });

  it('end with the error of whoever takes them', async () => {
    const parts = await recordsSince(road.connection, TOPICS, 0);
    await expect(
      readParts({
        connection: road.connection,
        parts,
        logger: road.logger,
        onRecords: () => {
          throw new Error('cannot take this');
        },
      }),
    ).rejects.toThrow('cannot take this');
  });
});
