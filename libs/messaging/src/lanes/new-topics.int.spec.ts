import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { INBOUND_TOPICS, inboundTopicDefinition, TOPICS } from '@tollgate/contracts';
import { testBrokers, uniqueTopicPrefix, waitUntil } from '@tollgate/servers';
import { type IncomingRecord } from '../incoming-record.js';
import { TestRoad } from '../testing/test-road.js';

jest.setTimeout(60_000);

describe('topics that come into being later', () => {
  let road: TestRoad;
  beforeAll(async () => {
    road = await new TestRoad(testBrokers(), uniqueTopicPrefix(), 2).build();
  });
  afterAll(() => road.close());

  const reader = (seen: IncomingRecord[]) => ({
    extras: { batch: true, raw: true },
    handle: (batch: IncomingRecord[]) => void seen.push(...batch),
  });

  it('are read from their beginning: at once when asked to look, else within seconds', async () => {
    const seen: IncomingRecord[] = [];
    const service = await road.start('intake', [{ pattern: INBOUND_TOPICS, ...reader(seen) }]);
    await waitUntil('the service is ready without any', () => service.lanes.health().ok, 15_000);
    const early = inboundTopicDefinition('early');
    await road.create([early]);
    await road.send({ topic: early.name, key: '1', value: 'a' });
    await service.lanes.rediscover();
    await waitUntil('the first is read', () => seen.length === 1, 10_000);

    const late = inboundTopicDefinition('late');
    await road.create([late]);
    await road.send({ topic: late.name, key: '1', value: 'b' }, { topic: early.name, key: '2', value: 'c' });
    await waitUntil('the second is read too', () => seen.length === 3, 20_000);
    expect(new Set(seen.map(({ topic, value }) => `${topic} ${String(value)}`))).toEqual(
      new Set(['request.inbound.early a', 'request.inbound.late b', 'request.inbound.early c']),
    );
  });

  it('are in the `*` of audit, as is every topic of the system, its own dead letters too, and nothing else', async () => {
    const seen: IncomingRecord[] = [];
    const service = await road.start('audit', [{ pattern: '*', ...reader(seen) }], { readOwnRetries: false });
    await waitUntil('the service reads', () => service.lanes.health().ok, 15_000);
    await road.create([{ ...TOPICS[0]!, name: 'somebody.elses' }]);
    await road.send({ topic: 'somebody.elses', key: 'k', value: 'not ours' });
    await road.send(...TOPICS.map(({ name }) => ({ topic: name, key: 'k', value: name })));
    await service.lanes.rediscover();
    const topics = () => new Set(seen.map(({ topic }) => topic));
    await waitUntil('all are read', () => TOPICS.every(({ name }) => topics().has(name)), 20_000);
    expect(topics()).toEqual(
      new Set([...TOPICS.map(({ name }) => name), 'request.inbound.early', 'request.inbound.late']),
    );
  });
});
