import { type EventTopic, type TopicEvent } from '@tollgate/contracts';

/** A record as it was read. Topic, partition and offset are its place: they name it for good. */
export interface IncomingRecord {
  /** Logical name. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
  /** When the broker took it, in milliseconds since 1970. */
  readonly time: number;
}

/** A record whose value is a valid event of its topic. */
export interface IncomingEvent<Topic extends EventTopic> extends IncomingRecord {
  readonly event: TopicEvent<Topic>;
}
