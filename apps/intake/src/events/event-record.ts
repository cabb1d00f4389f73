import { CLOUD_EVENT_CONTENT_TYPE, type EventTopic, type TopicEvent } from '@tollgate/contracts';
import { type OutgoingRecord } from '@tollgate/messaging';

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
  return {
    topic,
    key: event.subject,
    value: `${JSON.stringify(envelope).slice(0, -1)},"data":${dataText}}`,
    headers: {
      'content-type': CLOUD_EVENT_CONTENT_TYPE,
      ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    },
  };
}
