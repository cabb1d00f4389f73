import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { type IncomingEvent, type IncomingRecord } from '../incoming-record.js';
import { laneOf } from '../sender/lane-of.js';
import { TestRoad, withdrawal } from '../testing/test-road.js';

jest.setTimeout(60_000);

describe('the order of records', () => {
  let road: TestRoad;
  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
  });
  afterAll(() => road.close());

  it('is kept within a lane, from what comes in to what goes out, and a request keeps its lane', async () => {
    const ids = Array.from({ length: 20 }, () => newRequestId());
    const rounds: number[] = [];
    await road.start('router', [
      {
        pattern: 'request.withdrawn',
        extras: { batch: true },
        handle: (batch: IncomingEvent<'request.withdrawn'>[]) => {
          rounds.push(batch.length);
          return batch.map(({ event, key }) => ({
            topic: 'route.resolved',
            key: key ?? '',
            value: event.data.reason,
          }));
        },
      },
    ]);
    const count = 50;
    for (let step = 0; step < count; step++) {
      await road.send(...ids.map((id) => withdrawal(id, String(step))));
    }
    let out: IncomingRecord[] = [];
    await waitUntil(
      'all records went through',
      async () => (out = await road.read('route.resolved')).length >= ids.length * count,
      20_000,
    );
    for (const id of ids) {
      const own = out.filter(({ key }) => key === id);
      // At least once: one that went twice is no disorder.
      expect([...new Set(own.map(({ value }) => String(value)))]).toEqual(
        Array.from({ length: count }, (_, step) => String(step)),
      );
      expect(new Set(own.map(({ partition }) => partition))).toEqual(new Set([laneOf(id, road.lanes)]));
    }
    expect(rounds.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(ids.length * count);
  });
});
