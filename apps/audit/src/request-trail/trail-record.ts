import {
  decodeEvent,
  type EventTopic,
  InvalidEventError,
  isEventTopic,
  type TopicEvent,
} from '@tollgate/contracts';
import { type LedgerRow } from '../ledger-reader/ledger-row.js';

/** An event of a known type, told apart by its topic. */
export type KnownEvent = {
  readonly [Topic in EventTopic]: { readonly topic: Topic; readonly event: TopicEvent<Topic> };
}[EventTopic];

/** A record of one request: its row, and the event that it holds, where it holds one of a known type. */
export interface TrailRecord {
  readonly row: LedgerRow;
  readonly known: KnownEvent | undefined;
}

const known = <Topic extends EventTopic>(topic: Topic, row: LedgerRow): KnownEvent =>
  // What a type cannot say: the event is that of the topic it was decoded for.
  ({
    topic,
    event: decodeEvent(topic, row.value, row.key?.toString('utf8') ?? null),
  }) as unknown as KnownEvent;

/** Reads the event of a row. A record that is no valid event of its topic is part of the trail as well. */
export function trailRecord(row: LedgerRow): TrailRecord {
  if (row.reading !== 'event' || !isEventTopic(row.topic)) return { row, known: undefined };
  try {
    return { row, known: known(row.topic, row) };
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    return { row, known: undefined };
  }
}

/** When it happened (ms since 1970): the event's own time, else the broker's, else that of the arrival. */
export const timeOf = ({ row, known: event }: TrailRecord): number =>
  event === undefined ? (row.broker_time ?? row.arrived_at).getTime() : Date.parse(event.event.time);
