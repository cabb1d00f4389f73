import { CLOUD_EVENT_CONTENT_TYPE, eventType } from '../cloud-event.js';
import { eventSchema, isEventTopic } from '../event-codec.js';
import { EVENT_DATA, EVENT_VERSION, type EventTopic } from '../events/event-data.js';
import { SubmitRequest } from '../http/submit-request.js';
import { jsonSchemaOf } from '../json-schema.js';
import { type JsonObject, type JsonValue } from '../json.js';
import {
  COMPACTION_LAG_MS,
  inboundTopicDefinition,
  MAX_RECORD_BYTES,
  type TopicDefinition,
  TOPICS,
} from '../topics.js';

const BINDING_VERSION = '0.5.0';
const INBOUND = 'request.inbound.{producer}';
const INBOUND_TYPE = 'tollgate.request.inbound.v1';

/** Keys of AsyncAPI's maps may hold letters, digits, dot, dash and underscore. */
const nameOf = (topic: string): string => topic.replaceAll(/[{}]/g, '');

/** A schema with its definitions taken out, and every reference turned to where they are put. */
function hoisted(schema: JsonObject): { readonly schema: JsonObject; readonly definitions: JsonObject } {
  const moved = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as JsonObject;
  const { $schema: _schema, $defs = {}, ...rest } = moved;
  return { schema: rest, definitions: $defs as JsonObject };
}

function message(
  type: string,
  payload: JsonObject,
  keyIs: string,
  example: JsonValue | undefined,
): JsonObject {
  return {
    name: type,
    title: type,
    contentType: CLOUD_EVENT_CONTENT_TYPE,
    headers: {
      type: 'object',
      required: ['content-type'],
      properties: { 'content-type': { const: CLOUD_EVENT_CONTENT_TYPE }, traceparent: { type: 'string' } },
    },
    correlationId: { location: '$message.payload#/correlationid' },
    bindings: { kafka: { key: { type: 'string', description: keyIs }, bindingVersion: BINDING_VERSION } },
    payload,
    ...(example === undefined ? {} : { examples: [{ payload: example }] }),
  };
}

/** What a producer sends: the body of a submission in an envelope of the producer's own. */
const inboundSchema = (): JsonObject => ({
  title: INBOUND_TYPE,
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: {
      type: 'string',
      minLength: 1,
      description: "The producer's own id; the same id twice is one request.",
    },
    source: { type: 'string', minLength: 1 },
    type: { type: 'string', minLength: 1 },
    data: inboundData(),
  },
});

/** What a producer may send to its topic: what it may send by HTTP, but for breaking the glass. */
function inboundData(): JsonObject {
  const { $defs: _unused, properties, ...schema } = jsonSchemaOf(SubmitRequest);
  const { breakGlass: _byHttpOnly, ...fields } = Object(properties) as JsonObject;
  return { ...schema, properties: fields, additionalProperties: false };
}

const DEAD_LETTER = {
  name: 'dead-letter',
  title: 'A record as it came',
  summary: 'The origin’s value, untouched; the headers say where it stood and why it was refused.',
  contentType: 'application/octet-stream',
  headers: {
    type: 'object',
    required: ['tollgate-origin-topic', 'tollgate-origin-partition', 'tollgate-origin-offset'],
    properties: Object.fromEntries(
      [
        'tollgate-origin-topic',
        'tollgate-origin-partition',
        'tollgate-origin-offset',
        'tollgate-origin-key',
        'tollgate-origin-time',
        'tollgate-origin-value',
        'tollgate-reason',
        'tollgate-service',
        'tollgate-failed-at',
        'tollgate-request-id',
      ].map((header) => [header, { type: 'string' }]),
    ),
  },
};

function channel(
  { name, writer, key, partitions, cleanup }: TopicDefinition,
  address: string,
  messages: string[],
): JsonObject {
  return {
    address,
    title: address,
    description: `Written by ${writer}. Key: ${key}. ${partitions === 'lanes' ? 'As many partitions as there are lanes; a request keeps its lane.' : 'One partition.'}`,
    messages: Object.fromEntries(messages.map((id) => [id, { $ref: `#/components/messages/${id}` }])),
    ...(address === name
      ? {}
      : {
          parameters: {
            producer: { description: 'The name of the producer, who alone may write the topic.' },
          },
        }),
    bindings: {
      kafka: {
        topic: address,
        ...(partitions === 'one' ? { partitions: 1 } : {}),
        topicConfiguration:
          cleanup.policy === 'compact'
            ? { 'cleanup.policy': ['compact'], 'max.message.bytes': MAX_RECORD_BYTES }
            : {
                'cleanup.policy': ['delete'],
                'retention.ms': cleanup.retentionMs,
                'max.message.bytes': MAX_RECORD_BYTES,
              },
        bindingVersion: BINDING_VERSION,
      },
    },
  };
}

const messagesOf = (topic: string): string[] => {
  if (isEventTopic(topic)) return [eventType(topic, EVENT_VERSION[topic])];
  return topic.endsWith('.dead-letter') || topic.endsWith('.retry') ? [DEAD_LETTER.name] : [];
};

/**
 * The AsyncAPI 3 document of every topic of the system, made from the topics and the event classes.
 * @param examples an event to show for a topic's type, by topic
 */
export function asyncApiDocument(examples: Partial<Record<EventTopic, JsonValue>> = {}): JsonObject {
  const channels: JsonObject = {};
  const operations: JsonObject = {};
  const messages: JsonObject = { [DEAD_LETTER.name]: DEAD_LETTER };
  const schemas: JsonObject = {};
  const addMessage = (type: string, schema: JsonObject, key: string, example?: JsonValue): void => {
    const { schema: payload, definitions } = hoisted(schema);
    Object.assign(schemas, definitions);
    messages[type] = message(type, payload, key, example);
  };
  const addChannel = (definition: TopicDefinition, address: string, ids: string[]): void => {
    const id = nameOf(address);
    channels[id] = channel(definition, address, ids);
    operations[`${definition.writer}.sends.${id}`] = {
      action: 'send',
      title: `${definition.writer} writes ${address}`,
      channel: { $ref: `#/channels/${id}` },
    };
  };
  for (const topic of Object.keys(EVENT_DATA).filter(isEventTopic)) {
    const key = TOPICS.find(({ name }) => name === topic)?.key ?? 'request id';
    addMessage(eventType(topic, EVENT_VERSION[topic]), eventSchema(topic), key, examples[topic]);
  }
  addMessage(INBOUND_TYPE, inboundSchema(), "the producer's own id");
  addChannel(inboundTopicDefinition('{producer}'), INBOUND, [INBOUND_TYPE]);
  for (const definition of TOPICS) addChannel(definition, definition.name, messagesOf(definition.name));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tollgate',
      version: '1.0.0',
      description: `The events by which Tollgate's services pass on a request for approval: CloudEvents 1.0 over Kafka, structured mode. A value of a compacted topic is kept at least ${COMPACTION_LAG_MS / 86_400_000} days before a newer one of its key may replace it. Unknown fields are to be ignored.`,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: CLOUD_EVENT_CONTENT_TYPE,
    channels,
    operations,
    components: { messages, schemas },
  };
}
