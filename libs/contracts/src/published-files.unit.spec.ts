import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { asyncApiDocument } from './asyncapi/async-api-document.js';
import { eventSchema } from './event-codec.js';
import { EVENT_DATA, EVENT_VERSION, type EventTopic } from './events/event-data.js';
import { type JsonObject, type JsonValue } from './json.js';
import { TOPICS } from './topics.js';

const folder = new URL('../', import.meta.url);
const read = (path: string): JsonObject =>
  JSON.parse(readFileSync(new URL(path, folder), 'utf8')) as JsonObject;
const topics = Object.keys(EVENT_DATA) as EventTopic[];
const nameOf = (topic: EventTopic): string => `${topic}.v${EVENT_VERSION[topic]}`;
const examples = (): Partial<Record<EventTopic, JsonValue>> =>
  Object.fromEntries(topics.map((topic) => [topic, read(`fixtures/${nameOf(topic)}.json`)['value']]));

/** Where one of these fails after a wanted change: `node libs/contracts/generate.mjs`. */
describe('the published files are what the classes say', () => {
  it.each(topics)('the JSON Schema of %s', (topic) => {
    expect(read(`schemas/${nameOf(topic)}.json`)).toEqual(eventSchema(topic));
  });

  it('no schema of anything else', () => {
    expect(readdirSync(new URL('schemas/', folder)).toSorted()).toEqual(
      topics.map((topic) => `${nameOf(topic)}.json`).toSorted(),
    );
  });

  it('the AsyncAPI document', () => {
    expect(read('asyncapi.json')).toEqual(asyncApiDocument(examples()));
  });
});

describe('the AsyncAPI document', () => {
  it('is a valid one, and has every topic and every event', async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(read('asyncapi.json')));
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    const addresses =
      document
        ?.channels()
        .all()
        .map((channel) => channel.address()) ?? [];
    expect(addresses).toEqual(
      expect.arrayContaining([...TOPICS.map(({ name }) => name), 'request.inbound.{producer}']),
    );
    const named =
      document
        ?.messages()
        .all()
        .map((message) => message.name()) ?? [];
    expect(named).toEqual(expect.arrayContaining(topics.map((topic) => `tollgate.${nameOf(topic)}`)));
  });

  it('is found at fault by the same parser where it is', async () => {
    const broken = {
      ...read('asyncapi.json'),
      operations: { lost: { action: 'send', channel: { $ref: '#/channels/nowhere' } } },
    };
    const { diagnostics } = await new Parser().parse(JSON.stringify(broken));
    expect(diagnostics.filter(({ severity }) => severity === 0)).not.toEqual([]);
  });
});
