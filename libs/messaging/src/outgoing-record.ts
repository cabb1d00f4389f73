import { CLOUD_EVENT_CONTENT_TYPE, type EventTopic, type TopicEvent } from '@tollgate/contracts';

/** A record to be sent. */
export interface OutgoingRecord {
  /** Logical name. */
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer | string | null;
  readonly headers?: Readonly<Record<string, string | Buffer>>;
  /** What decides the partition, where that is not the key: the request id of an event with a key of its own. */
  readonly partitionKey?: string;
  /** A partition by number; then neither key decides. */
  readonly partition?: number;
}

/** Where an event goes, if not where its subject says. */
export interface OutgoingOptions {
  /** The record's key; the event's subject unless told. */
  readonly key?: string;
  /** See `OutgoingRecord.partitionKey`. */
  readonly partitionKey?: string;
}

/**
 * The record that carries an event: CloudEvents 1.0, Kafka protocol binding, structured mode. The event's trace
 * context goes along as a header too, so that a tool need not open the value.
 * @throws Error for an event without subject when no key is given
 */
export function outgoing<Topic extends EventTopic>(
  event: TopicEvent<Topic>,
  topic: Topic,
  options: OutgoingOptions = {},
): OutgoingRecord {
  const key = options.key ?? event.subject;
  if (key === undefined) throw new Error(`an event for ${topic} has no subject: its record needs a key`);
  return {
    topic,
    key,
    value: JSON.stringify(event),
    headers: {
      'content-type': CLOUD_EVENT_CONTENT_TYPE,
      ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    },
    ...(options.partitionKey === undefined ? {} : { partitionKey: options.partitionKey }),
  };
}
