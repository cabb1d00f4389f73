import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { type IncomingEvent } from '../incoming-record.js';
import { TestRoad, withdrawal } from '../testing/test-road.js';

type Withdrawn = IncomingEvent<'request.withdrawn'>;

jest.setTimeout(60_000);

describe('a graceful stop', () => {
  let road: TestRoad;
  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
  });
  afterAll(() => road.close());

  it('finishes the round in hand, sends what follows, commits, and hands over at once', async () => {
    const inHand: string[] = [];
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const first = await road.start('router', [
      {
        pattern: 'request.withdrawn',
        extras: { batch: true },
        handle: async (batch: Withdrawn[]) => {
          inHand.push(...batch.map(({ event }) => event.data.requestId));
          await finished;
          return batch.map(({ key }) => ({ topic: 'request.failed', key: key ?? '', value: 'first' }));
        },
      },
    ]);
    const ids = [newRequestId(), newRequestId()];
    await road.send(...ids.map((id) => withdrawal(id)));
    await waitUntil('the round is in hand', () => inHand.length === 2, 15_000);
    const stopped = first.stop();
    finish();
    await stopped;

    const seen: string[] = [];
    await road.start('router', [
      {
        pattern: 'request.withdrawn',
        extras: { batch: true },
        handle: (batch: Withdrawn[]) => void seen.push(...batch.map(({ event }) => event.data.requestId)),
      },
    ]);
    const next = newRequestId();
    await road.send(withdrawal(next));
    await waitUntil('the successor reads', () => seen.includes(next), 15_000);
    expect(seen).toEqual([next]);
    expect((await road.read('request.failed')).map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
  });
});
