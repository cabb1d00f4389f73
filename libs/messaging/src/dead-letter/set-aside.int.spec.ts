import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { testBrokers, uniqueTopicPrefix } from '@tollgate/servers';
import { TestRoad, type TestService } from '../testing/test-road.js';
import { listDeadLetters } from './list-dead-letters.js';

jest.setTimeout(60_000);

describe('dead letters', () => {
  let road: TestRoad;
  let service: TestService;
  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix()).build();
    service = await road.start('router', []);
  });
  afterAll(() => road.close());

  const letters = () => listDeadLetters({ connection: road.connection, service: 'router' });

  it('take a record that the service reads by other means', async () => {
    await road.send({
      topic: 'policy.published',
      key: 'poison',
      value: 'not JSON',
      headers: { trace: 'kept' },
    });
    const [record] = await road.read('policy.published');
    if (record === undefined) throw new Error('the record was not written');
    await service.lanes.setAside(record, 'is no policy revision');
    expect(await letters()).toEqual([
      expect.objectContaining({
        service: 'router',
        place: `policy.published-0-${record.offset}`,
        reason: 'is no policy revision',
        state: 'open',
        origin: record,
      }),
    ]);
  });

  it('show what lies among them and is none, instead of hiding all others', async () => {
    await road.send({ topic: 'router.dead-letter', key: 'garbage', value: Buffer.from([0xff, 0x00]) });
    const [garbage] = (await letters()).filter(({ origin }) => origin.key === 'garbage');
    expect(garbage).toMatchObject({ service: 'router', state: 'open' });
    expect(garbage?.reason).toContain('is no dead letter');
    expect(garbage?.origin.value).toEqual(Buffer.from([0xff, 0x00]));
    expect(await letters()).toHaveLength(2);
  });
});
