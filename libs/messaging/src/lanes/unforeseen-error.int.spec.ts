import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { type IncomingEvent } from '../incoming-record.js';
import { TestRoad, withdrawal } from '../testing/test-road.js';

jest.setTimeout(60_000);

describe('an error that nobody foresaw', () => {
  let road: TestRoad;
  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
  });
  afterAll(() => road.close());

  it('stops the lanes and is told once; the record is handled after the restart, and no dead letter', async () => {
    const good = newRequestId();
    const strange = newRequestId();
    const first = await road.start('router', [
      {
        pattern: 'request.withdrawn',
        handle: ({ event }: IncomingEvent<'request.withdrawn'>) => {
          if (event.data.requestId === strange) throw new TypeError('cannot read properties of undefined');
          return { topic: 'request.failed', key: event.data.requestId, value: 'x' };
        },
      },
    ]);
    await road.send(withdrawal(good));
    await waitUntil(
      'the good one went through',
      async () => (await road.read('request.failed')).length === 1,
      15_000,
    );
    await road.send(withdrawal(strange));
    await waitUntil('it is fatal', () => first.fatal.length > 0, 10_000);
    expect(first.fatal.map(({ message }) => message)).toEqual(['cannot read properties of undefined']);
    expect(first.lanes.health()).toMatchObject({ ok: false, detail: expect.stringContaining('stopped') });
    await first.stop();
    expect(first.fatal).toHaveLength(1);

    const seen: string[] = [];
    await road.start('router', [
      {
        pattern: 'request.withdrawn',
        handle: ({ event }: IncomingEvent<'request.withdrawn'>) => void seen.push(event.data.requestId),
      },
    ]);
    await waitUntil('the strange one comes again', () => seen.includes(strange), 15_000);
    expect(seen).toEqual([strange]);
    expect(await road.read('router.dead-letter')).toEqual([]);
  });
});
