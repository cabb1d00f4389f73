import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decodeEvent, eventSchema, isEventTopic } from './event-codec.js';
import { EVENT_DATA, EVENT_VERSION, type EventTopic } from './events/event-data.js';
import { type JsonObject } from './json.js';
import { narrowings } from './testing/narrowings.js';

const folder = new URL('../fixtures/', import.meta.url);
const read = (name: string): JsonObject =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as JsonObject;
const fixtures = readdirSync(folder).filter((name) => /\.v\d+\.json$/.test(name));
const snapshots = readdirSync(folder).filter((name) => name.endsWith('.schema.json'));
const topicOf = (name: string): EventTopic => {
  const topic = name.replace(/\.v\d+\.(schema\.)?json$/, '');
  if (!isEventTopic(topic)) throw new Error(`${name} belongs to no event topic`);
  return topic;
};

/** History is read again from its first event: what was once written must stay readable. */
describe('events as they were first written', () => {
  it.each(fixtures)('%s is taken as it is', (name) => {
    const { key, value } = read(name) as { key: string; value: JsonObject };
    expect(decodeEvent(topicOf(name), Buffer.from(JSON.stringify(value)), key)).toEqual(value);
  });

  it.each(snapshots)('%s took nothing that is refused today', (name) => {
    expect(narrowings(read(name), eventSchema(topicOf(name)))).toEqual([]);
  });

  it('there is a fixture and a snapshot of every version of every event', () => {
    const names = (Object.keys(EVENT_DATA) as EventTopic[]).flatMap((topic) =>
      Array.from({ length: EVENT_VERSION[topic] }, (_, index) => `${topic}.v${index + 1}`),
    );
    expect(fixtures.toSorted()).toEqual(names.map((name) => `${name}.json`).toSorted());
    expect(snapshots.toSorted()).toEqual(names.map((name) => `${name}.schema.json`).toSorted());
  });

  it('each fixture shows every field that its event may have', () => {
    for (const name of fixtures) {
      const { value } = read(name) as { value: JsonObject };
      expect({ name, missing: fieldsMissing(eventSchema(topicOf(name)), value) }).toEqual({
        name,
        missing: [],
      });
    }
  });
});

function fieldsMissing(root: JsonObject, event: JsonObject): string[] {
  const OPTIONAL_ENVELOPE = ['/traceparent', '/causationid', '/subject', '/correlationid'];
  const missing: string[] = [];
  const walk = (schema: JsonObject, values: unknown[], at: string): void => {
    const ref = schema['$ref'];
    const found =
      typeof ref === 'string'
        ? ((root['$defs'] as JsonObject)[ref.replace('#/$defs/', '')] as JsonObject)
        : schema;
    for (const [name, inner] of Object.entries((found['properties'] ?? {}) as Record<string, JsonObject>)) {
      const next = values.flatMap((value) =>
        value !== null && typeof value === 'object' && name in value ? [(value as JsonObject)[name]] : [],
      );
      if (next.length === 0) missing.push(`${at}/${name}`);
      else walk(inner, next, `${at}/${name}`);
    }
    const items = found['items'] as JsonObject | undefined;
    if (items !== undefined)
      walk(
        items,
        values.flatMap((value) => (Array.isArray(value) ? value : [])),
        `${at}/*`,
      );
  };
  walk(root, [event], '');
  return missing.filter((place) => !OPTIONAL_ENVELOPE.includes(place));
}
