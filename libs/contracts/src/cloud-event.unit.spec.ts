import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CloudEvent, HTTP, Kafka } from 'cloudevents';
import { CLOUD_EVENT_CONTENT_TYPE, type CloudEvent as TollgateEvent } from './cloud-event.js';

const folder = new URL('../fixtures/', import.meta.url);
const fixtures = readdirSync(folder).filter((name) => /\.v\d+\.json$/.test(name));
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { key: string; value: TollgateEvent<unknown> };
const single = <T>(read: T | T[]): T => {
  if (Array.isArray(read)) throw new Error('one event was expected');
  return read;
};
/** As strict as the SDK gets. @throws Error for what is no CloudEvent */
const strictly = (event: unknown) =>
  new CloudEvent(event as ConstructorParameters<typeof CloudEvent>[0], true);

describe('others read our events', () => {
  it.each(fixtures)('the CloudEvents SDK takes %s from Kafka', (name) => {
    const { key, value } = read(name);
    const message = {
      key,
      value: JSON.stringify(value),
      headers: { 'content-type': CLOUD_EVENT_CONTENT_TYPE },
      body: '',
    };
    expect(Kafka.isEvent(message)).toBe(true);
    const { partitionkey, ...event } = strictly(single(Kafka.toEvent(message))).toJSON() as Record<
      string,
      unknown
    >;
    expect(partitionkey).toBe(key);
    expect(event).toEqual(value);
  });

  it.each(fixtures)('the CloudEvents SDK takes %s as it would over HTTP', (name) => {
    const { value } = read(name);
    const message = { headers: { 'content-type': CLOUD_EVENT_CONTENT_TYPE }, body: JSON.stringify(value) };
    expect(strictly(single(HTTP.toEvent(message))).toJSON()).toEqual(value);
  });
});
