import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { type IncomingEvent } from '../incoming-record.js';
import { TestRoad, withdrawal } from '../testing/test-road.js';

jest.setTimeout(60_000);

describe('lanes that are held', () => {
  let road: TestRoad;
  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
  });
  afterAll(() => road.close());

  const start = (ready: Promise<unknown>, seen: string[]) =>
    road.start(
      'router',
      [
        {
          pattern: 'request.withdrawn',
          handle: ({ event }: IncomingEvent<'request.withdrawn'>) => void seen.push(event.data.requestId),
        },
      ],
      { prepare: (lanes) => lanes.holdUntil(ready) },
    );

  it('hand over nothing before the service can take records, and say so', async () => {
    let release: () => void = () => undefined;
    const seen: string[] = [];
    const service = await start(new Promise<void>((resolve) => (release = resolve)), seen);
    const id = newRequestId();
    await road.send(withdrawal(id));
    expect(service.lanes.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('waits until'),
    });
    expect(seen).toEqual([]);
    release();
    await waitUntil('the record is handed over', () => seen.includes(id), 15_000);
    await service.stop();
  });

  it('are given up when the service will never be able to', async () => {
    const service = await start(Promise.reject(new Error('there is no policy')), []);
    await waitUntil('it is fatal', () => service.fatal.length === 1, 5_000);
    expect(service.fatal[0]?.message).toBe('there is no policy');
  });
});
