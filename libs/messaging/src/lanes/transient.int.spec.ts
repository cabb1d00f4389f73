import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { type IncomingEvent, type IncomingRecord } from '../incoming-record.js';
import { TestRoad, type TestService, withdrawal } from '../testing/test-road.js';
import { physicalName } from '../kafka-connection.js';
import { withAdmin } from '../topics/with-admin.js';
import { TransientError } from '../transient-error.js';

jest.setTimeout(60_000);

describe('a failure that passes', () => {
  let road: TestRoad;
  let service: TestService;
  const handled: string[] = [];
  const others: string[] = [];
  let isAway = false;
  let tries = 0;

  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
    service = await road.start('router', [
      {
        pattern: 'request.withdrawn',
        extras: { batch: true },
        handle: (batch: IncomingEvent<'request.withdrawn'>[]) => {
          tries += 1;
          if (isAway) throw new TransientError('the database is away');
          for (const { event } of batch) handled.push(event.data.reason);
          return batch.map(({ key, event }) => ({
            topic: 'request.failed',
            key: key ?? '',
            value: event.data.reason,
          }));
        },
      },
      {
        pattern: 'release.redeemed',
        extras: { raw: true },
        handle: ({ value }: IncomingRecord) => void others.push(String(value)),
      },
    ]);
    await waitUntil('the service reads', () => service.lanes.health().ok, 15_000);
  });
  afterAll(() => road.close());

  it('is tried again until it has passed, in order, while the other topics of the service go on', async () => {
    isAway = true;
    const id = newRequestId();
    await road.send(withdrawal(id, '0'), withdrawal(id, '1'));
    // Past the tries with the records in hand, the lane is paused.
    await waitUntil('it was tried five times', () => tries >= 5, 15_000);
    expect(service.lanes.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('the database is away'),
    });
    await road.send({ topic: 'release.redeemed', key: 'k', value: 'goes on' }, withdrawal(id, '2'));
    await waitUntil('the other topic goes on', () => others.includes('goes on'), 5_000);
    expect(handled).toEqual([]);
    isAway = false;
    await waitUntil('all three are handled', () => handled.length >= 3, 20_000);
    expect(handled).toEqual(['0', '1', '2']);
    await waitUntil('the service is well', () => service.lanes.health().ok, 5_000);
    expect(await road.read('router.dead-letter')).toEqual([]);
    expect(service.fatal).toEqual([]);
    expect(String(await service.metrics.getSingleMetricAsString('tollgate_round_retries_total'))).toMatch(
      /topic="request.withdrawn"} [5-9]/,
    );
  });

  it('costs no membership: the broker knows the same member after a failure that outlasts the session', async () => {
    const members = () =>
      withAdmin(road.connection, async (admin) => {
        const { groups } = await admin.describeGroups([physicalName(road.connection, 'router')]);
        return groups.flatMap((group) => group.members.map(({ memberId }) => memberId));
      });
    const before = await members();
    expect(before).toHaveLength(1);
    isAway = true;
    await road.send(withdrawal(newRequestId(), 'late'));
    const start = Date.now();
    await waitUntil('longer than the session lasts', () => Date.now() - start > 8_000, 10_000);
    expect(handled).not.toContain('late');
    isAway = false;
    await waitUntil('it is handled', () => handled.includes('late'), 20_000);
    expect(await members()).toEqual(before);
  });
});
