import { type EventTopic, INBOUND_TOPICS, isEventTopic, TOPICS } from '@tollgate/contracts';
import { isObservable, lastValueFrom } from 'rxjs';
import { type IncomingRecord } from '../incoming-record.js';
import { type OutgoingRecord } from '../outgoing-record.js';

/** The extras of `@EventPattern(topic, extras)`. */
export interface HandlerExtras {
  /** One call with all records of a round, to be done in one transaction; else one call per record. */
  readonly batch?: boolean;
  /** Records as they are; else decoded events of the topic. */
  readonly raw?: boolean;
}

/** A method that takes what comes on a topic, or on the topics of a pattern. */
export interface LaneHandler {
  /** Logical name, or a pattern that ends in `*`. */
  readonly pattern: string;
  readonly batch: boolean;
  readonly raw: boolean;
  /** Hands over a record, an event, or a list of either. @returns what is to be sent */
  call(input: IncomingRecord | readonly IncomingRecord[]): Promise<OutgoingRecord[]>;
}

const ALL_TOPICS = '*';
const OWN_TOPICS = new Set(TOPICS.map(({ name }) => name));

/** True where a pattern that ends in `*` takes in a topic. `*` alone is every topic of the system. */
export function matches(pattern: string, topic: string): boolean {
  if (pattern === ALL_TOPICS) return OWN_TOPICS.has(topic) || matches(INBOUND_TOPICS, topic);
  return pattern.endsWith('*') ? topic.startsWith(pattern.slice(0, -1)) : pattern === topic;
}

export const isPattern = (pattern: string): boolean => pattern.endsWith('*');

const isOutgoing = (value: unknown): value is OutgoingRecord =>
  value !== null &&
  typeof value === 'object' &&
  'topic' in value &&
  typeof value.topic === 'string' &&
  'key' in value &&
  typeof value.key === 'string' &&
  'value' in value;

const asOutgoing = (pattern: string, result: unknown): OutgoingRecord[] => {
  if (result === undefined || result === null) return [];
  const list: unknown[] = Array.isArray(result) ? result : [result];
  if (!list.every(isOutgoing))
    throw new Error(`the handler of ${pattern} returned something that is no outgoing record`);
  return list;
};

/** Nest's view of a handler method: a promise, or a stream where a filter or an interceptor had a hand in it. */
export type NestHandler = (input: unknown) => Promise<unknown>;

/**
 * The handlers of a service, by what they listen to. A topic has one handler: an exact name goes before a pattern, a
 * longer pattern before a shorter one.
 */
export class HandlerTable {
  readonly #handlers = new Map<string, LaneHandler>();

  /**
   * @throws Error for a second handler of the same topic or pattern, or one that asks for events where there is no
   * event type
   */
  add(pattern: string, method: NestHandler, extras: HandlerExtras): void {
    if (this.#handlers.has(pattern)) throw new Error(`there are two handlers of ${pattern}; a topic has one`);
    const raw = extras.raw === true;
    if (!raw && !isEventTopic(pattern))
      throw new Error(`${pattern} is no topic with an event type: its handler must take { raw: true }`);
    this.#handlers.set(pattern, {
      pattern,
      raw,
      batch: extras.batch === true,
      call: async (input) => {
        const result = await method(input);
        return asOutgoing(
          pattern,
          isObservable(result) ? await lastValueFrom(result, { defaultValue: undefined }) : result,
        );
      },
    });
  }

  get all(): LaneHandler[] {
    return [...this.#handlers.values()];
  }

  /** The handler of a topic; undefined where nobody listens to it. */
  of(topic: string): LaneHandler | undefined {
    const exact = this.#handlers.get(topic);
    if (exact !== undefined) return exact;
    return this.all
      .filter(({ pattern }) => isPattern(pattern) && matches(pattern, topic))
      .toSorted((one, other) => other.pattern.length - one.pattern.length)[0];
  }

  /** The topics to read, given those that the broker has; an exact name is read whether it is there or not. */
  topicsAmong(existing: readonly string[]): string[] {
    const exact = this.all.map(({ pattern }) => pattern).filter((pattern) => !isPattern(pattern));
    const matched = existing.filter((topic) => this.of(topic) !== undefined);
    return [...new Set([...exact, ...matched])].toSorted();
  }
}

/** The topic as the key of an event type, for a handler that takes events. */
export const eventTopicOf = (topic: string): EventTopic => {
  if (!isEventTopic(topic)) throw new Error(`${topic} has no event type`);
  return topic;
};
