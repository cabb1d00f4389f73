import {
  CLOUD_EVENT_CONTENT_TYPE,
  type EventTopic,
  newEnvelope,
  type NewEvent,
  type TopicEvent,
} from '@tollgate/contracts';
import { type OutgoingRecord } from '@tollgate/messaging';

type Envelope = Omit<TopicEvent<EventTopic>, 'data'>;

const record = (topic: EventTopic, key: string, envelope: Envelope, dataText: string): OutgoingRecord => ({
  topic,
  key,
  value: `${JSON.stringify(envelope).slice(0, -1)},"data":${dataText}}`,
  headers: {
    'content-type': CLOUD_EVENT_CONTENT_TYPE,
    ...(envelope.traceparent === undefined ? {} : { traceparent: envelope.traceparent }),
  },
});

/**
 * The record of an event, keyed by its subject (CloudEvents 1.0, Kafka protocol binding, structured mode).
 * @param dataText the event's data as JSON, where somebody has serialised it already
 */
export function eventRecord<Topic extends EventTopic>(
  topic: Topic,
  event: TopicEvent<Topic>,
  dataText: string = JSON.stringify(event.data),
): OutgoingRecord {
  const { data: _data, ...envelope } = event;
  if (event.subject === undefined)
    throw new Error(`an event for ${topic} has no subject to be its record's key`);
  return record(topic, event.subject, envelope, dataText);
}

/**
 * The record of an event whose data is at hand as JSON only, too large to be read for that.
 * @param key of the record; that of `given` makes the event's id
 */
export const textRecord = (
  given: Omit<NewEvent<EventTopic>, 'data'>,
  key: string,
  dataText: string,
): OutgoingRecord => record(given.topic, key, newEnvelope(given), dataText);
