/**
 * A service of its own process, for tests that kill it: `node crashing-service.mjs <brokers> <topic prefix>`. It hands
 * on each withdrawal as a `request.failed` of the same key, and tells its parent when it reads.
 */
import { setTimeout } from 'node:timers/promises';
import { TestRoad } from './test-road.js';

const [brokers, topicPrefix] = process.argv.slice(2);
const road = new TestRoad(brokers.split(','), topicPrefix);
const service = await road.start('router', [
  {
    pattern: 'request.withdrawn',
    extras: { batch: true },
    handle: (batch) =>
      batch.map(({ key, event }) => ({ topic: 'request.failed', key, value: event.data.reason })),
  },
]);
while (!service.lanes.health().ok) await setTimeout(20);
process.send?.('reads');
process.on('disconnect', () => process.exit(0));
