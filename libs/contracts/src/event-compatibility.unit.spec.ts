import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decodeEvent, eventSchema, isEventTopic } from './event-codec.js';
import { EVENT_DATA, EVENT_VERSION, type EventTopic } from './events/event-data.js';
import { type JsonObject } from './json.js';
import { narrowings } from './testing/narrowings.js';

const folder = new URL('../fixtures/', import.meta.url);
const read = (name: string): JsonObject =>
  JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as JsonObject;
/** `<topic>.v1.json`, and further ones of the same event as `<topic>.v1.<what it shows>.json`. */
const fixtures = readdirSync(folder).filter((name) => /\.v\d+(\.(?!schema)[\w-]+)?\.json$/.test(name));
const firsts = fixtures.filter((name) => /\.v\d+\.json$/.test(name));
const snapshots = readdirSync(folder).filter((name) => name.endsWith('.schema.json'));
const topicOf = (name: string): EventTopic => {
  const topic = name.replace(/\.v\d+(\.[\w-]+)?\.json$/, '');
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
    expect(firsts.toSorted()).toEqual(names.map((name) => `${name}.json`).toSorted());
    expect(snapshots.toSorted()).toEqual(names.map((name) => `${name}.schema.json`).toSorted());
  });

  it('the fixtures show every field that their events may have', () => {
    const missing = fieldsMissing(
      fixtures.map((name) => [eventSchema(topicOf(name)), (read(name) as { value: JsonObject }).value]),
    );
    expect(missing).toEqual([]);
  });
});

const OPTIONAL_ENVELOPE = ['traceparent', 'causationid', 'subject', 'correlationid'];

/** A section of the file is of the same shape on each topic it passes: what one fixture shows of it is shown. */
function fieldsMissing(shown: (readonly [JsonObject, JsonObject])[]): string[] {
  const named = new Set<string>();
  const present = new Set<string>();
  const walk = (schema: JsonObject, value: unknown, root: JsonObject, at: string): void => {
    const ref = schema['$ref'];
    if (typeof ref === 'string') {
      const name = ref.replace('#/$defs/', '');
      return walk((root['$defs'] as JsonObject)[name] as JsonObject, value, root, name);
    }
    const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>;
    for (const [name, inner] of Object.entries(properties)) {
      named.add(`${at}/${name}`);
      const next = value !== null && typeof value === 'object' ? (value as JsonObject)[name] : undefined;
      if (next !== undefined) present.add(`${at}/${name}`);
      walk(inner, next, root, `${at}/${name}`);
    }
    const items = schema['items'] as JsonObject | undefined;
    if (items !== undefined)
      for (const item of Array.isArray(value) && value.length > 0 ? value : [undefined])
        walk(items, item, root, `${at}/*`);
  };
  for (const [root, event] of shown) walk(root, event, root, String(root['title']));
  return [...named].filter(
    (place) =>
      !present.has(place) &&
      !OPTIONAL_ENVELOPE.some((name) => /^tollgate\./.test(place) && place.endsWith(`/${name}`)),
  );
}
