import {
  decodeEvent,
  type EventTopic,
  InvalidEventError,
  isEventTopic,
  producerOfInboundTopic,
  type TopicEvent,
} from '@tollgate/contracts';

/** A record of the ledger, as far as the rules look at it. */
export interface RuledRecord {
  readonly seq: number;
  readonly topic: string;
  readonly form: 'as-they-came' | 'encrypted' | 'withheld';
  /** ms since 1970 */
  readonly arrivedAt: number;
  readonly brokerTime: number | null;
  readonly bytes?: { readonly key: Buffer | null; readonly value: Buffer | null };
}

/** An event at its place in the ledger; `topic` tells what `event.data` is. */
export type LedgerEvent = {
  readonly [Topic in EventTopic]: {
    readonly seq: number;
    readonly topic: Topic;
    /** When it was written, by the broker, or else when it came; ms since 1970. */
    readonly writtenAt: number;
    /** When it came on record, ms since 1970. */
    readonly arrivedAt: number;
    readonly event: TopicEvent<Topic>;
  };
}[EventTopic];

const FROM_OUTSIDE = /\.(?:dead-letter|retry)$/;

/** True for a topic of which records may be withheld: they have not passed the door, or quote what has not. */
export const mayBeWithheld = (topic: string): boolean =>
  producerOfInboundTopic(topic) !== undefined || FROM_OUTSIDE.test(topic);

/**
 * The event in a record.
 * @returns undefined for a record that holds none and need not: of another kind of topic, encrypted, or withheld; the fault
 *   of one that should
 */
export function ledgerEvent({
  seq,
  topic,
  form,
  arrivedAt,
  brokerTime,
  bytes,
}: RuledRecord): LedgerEvent | string | undefined {
  if (!isEventTopic(topic) || form !== 'as-they-came' || bytes === undefined) return undefined;
  try {
    const event = decodeEvent(topic, bytes.value, bytes.key?.toString() ?? null);
    // The topic and the event belong together by decodeEvent.
    return { seq, topic, writtenAt: brokerTime ?? arrivedAt, arrivedAt, event } as LedgerEvent;
  } catch (error) {
    if (error instanceof InvalidEventError) return error.message;
    throw error;
  }
}
