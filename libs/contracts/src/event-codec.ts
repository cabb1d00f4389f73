import { isUtf8 } from 'node:buffer';
import { type ErrorObject, type ValidateFunction } from 'ajv';
import { MAX_JSON_DEPTH } from './checks/i-json-fault.js';
import { nestsDeeper } from './checks/nests-deeper.js';
import { schemaCheck } from './checks/schema-check.js';
import { type CloudEvent, eventSource, eventType } from './cloud-event.js';
import { EVENT_DATA, EVENT_VERSION, type EventData, type EventTopic } from './events/event-data.js';
import { eventIdFor } from './identifiers.js';
import { jsonSchemaOf } from './json-schema.js';
import { type JsonObject } from './json.js';
import { type ServiceName } from './services.js';

/** An event as a topic's record holds it. */
export type TopicEvent<Topic extends EventTopic> = CloudEvent<EventData<Topic>>;

/** A record that is no event of its topic. The message names what is wrong and where, never a value. */
export class InvalidEventError extends Error {
  override readonly name = 'InvalidEventError';
}

/** What a door lets in, and the sections of the road around it. */
const MAX_EVENT_DEPTH = MAX_JSON_DEPTH + 16;

const text = { type: 'string', minLength: 1, maxLength: 1000 };

/** The JSON Schema (2020-12) of a topic's whole event: envelope and data. Unknown fields are allowed everywhere. */
export function eventSchema(topic: EventTopic): JsonObject {
  const { $schema, $defs, ...data } = jsonSchemaOf(EVENT_DATA[topic]);
  return {
    ...($schema === undefined ? {} : { $schema }),
    title: eventType(topic, EVENT_VERSION[topic]),
    type: 'object',
    required: ['specversion', 'id', 'source', 'type', 'time', 'data'],
    properties: {
      specversion: { const: '1.0' },
      id: { type: 'string', format: 'uuid' },
      source: text,
      type: { const: eventType(topic, EVENT_VERSION[topic]) },
      subject: text,
      time: { type: 'string', format: 'date-time' },
      datacontenttype: { const: 'application/json' },
      correlationid: text,
      causationid: text,
      traceparent: text,
      data,
    },
    ...($defs === undefined ? {} : { $defs }),
  };
}

const checks = new Map<EventTopic, ValidateFunction>();

function checkOf(topic: EventTopic): ValidateFunction {
  let check = checks.get(topic);
  if (check === undefined) {
    check = schemaCheck(eventSchema(topic));
    checks.set(topic, check);
  }
  return check;
}

const place = (error: ErrorObject | undefined): string =>
  error === undefined
    ? 'is not valid'
    : `${error.instancePath || '(the whole event)'} ${error.message ?? 'is not valid'}`;

/** True for a topic that carries an event type of this version of Tollgate. */
export const isEventTopic = (topic: string): topic is EventTopic => Object.hasOwn(EVENT_DATA, topic);

/**
 * Reads the value of a topic's record.
 * @param topic the logical topic
 * @param value the record's value; null is poison
 * @param key the record's key; must be the event's subject where it has one that is the key (stage topics)
 * @throws InvalidEventError for anything that is not a valid event of that topic
 */
export function decodeEvent<Topic extends EventTopic>(
  topic: Topic,
  value: Buffer | null,
  key: string | null,
): TopicEvent<Topic> {
  if (value === null) throw new InvalidEventError('the record has no value');
  if (!isUtf8(value)) throw new InvalidEventError('the value is not JSON: it is not UTF-8');
  if (nestsDeeper(value, MAX_EVENT_DEPTH)) {
    throw new InvalidEventError(`the value nests deeper than ${MAX_EVENT_DEPTH} levels`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString('utf8'));
  } catch {
    throw new InvalidEventError('the value is not JSON');
  }
  const check = checkOf(topic);
  if (!check(parsed)) throw new InvalidEventError(place(check.errors?.[0]));
  const event = parsed as TopicEvent<Topic>;
  const data = event.data as { request?: { id: string } };
  const expectedKey = data.request?.id ?? undefined;
  if (expectedKey !== undefined && (key !== expectedKey || event.subject !== expectedKey)) {
    throw new InvalidEventError('the key, the subject and /data/request/id are not the same request id');
  }
  return event;
}

/** What a writer says of an event; the rest of the envelope follows from it. */
export interface NewEvent<Topic extends EventTopic> {
  readonly topic: Topic;
  readonly service: ServiceName;
  /** The record's key. */
  readonly key: string;
  /** The request id, where there is one. */
  readonly requestId?: string;
  /** When the fact came about; a stage without a clock passes its cause's time. ISO 8601, UTC. */
  readonly time: string;
  /** The event that caused it. */
  readonly cause?: { readonly id: string; readonly traceparent?: string };
  readonly traceparent?: string;
  readonly data: EventData<Topic>;
}

/** The envelope of an event whose data is at hand as text. */
export function newEnvelope(given: Omit<NewEvent<EventTopic>, 'data'>): Omit<CloudEvent<unknown>, 'data'> {
  const traceparent = given.traceparent ?? given.cause?.traceparent;
  return {
    specversion: '1.0',
    id: eventIdFor(given.key, given.topic),
    source: eventSource(given.service),
    type: eventType(given.topic, EVENT_VERSION[given.topic]),
    ...(given.requestId === undefined ? {} : { subject: given.requestId, correlationid: given.requestId }),
    time: given.time,
    datacontenttype: 'application/json',
    ...(given.cause === undefined ? {} : { causationid: given.cause.id }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** The envelope around `data`. The id follows from key and topic, so that doing a step twice gives the same event. */
export const newEvent = <Topic extends EventTopic>(given: NewEvent<Topic>): TopicEvent<Topic> => ({
  ...newEnvelope(given),
  data: given.data,
});
