import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { type IncomingEvent } from '../incoming-record.js';
import { TestRoad, withdrawal } from '../testing/test-road.js';

jest.setTimeout(60_000);

describe('two processes of one service', () => {
  let road: TestRoad;
  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
  });
  afterAll(() => road.close());

  it('share the lanes, and one takes all when the other leaves; nothing is lost on the way', async () => {
    const handled = { first: new Set<string>(), second: new Set<string>() };
    const start = (who: keyof typeof handled) =>
      road.start('router', [
        {
          pattern: 'request.withdrawn',
          extras: { batch: true },
          handle: (batch: IncomingEvent<'request.withdrawn'>[]) => {
            for (const { event } of batch) handled[who].add(event.data.requestId);
          },
        },
      ]);
    const sendSome = async (): Promise<string[]> => {
      const ids = Array.from({ length: 40 }, () => newRequestId());
      await road.send(...ids.map((id) => withdrawal(id)));
      return ids;
    };
    const isHandled = (id: string) => handled.first.has(id) || handled.second.has(id);

    const first = await start('first');
    const alone = await sendSome();
    await waitUntil('the first handles all', () => alone.every((id) => handled.first.has(id)), 20_000);

    await start('second');
    const sent: string[] = [];
    await waitUntil(
      'the second has its share',
      async () => {
        sent.push(...(await sendSome()));
        return handled.second.size > 0;
      },
      30_000,
    );
    await waitUntil('all are handled', () => sent.every(isHandled), 20_000);

    await first.stop();
    const after = await sendSome();
    expect(first.fatal).toEqual([]);
    await waitUntil('the second handles all', () => after.every((id) => handled.second.has(id)), 30_000);
  });
});
