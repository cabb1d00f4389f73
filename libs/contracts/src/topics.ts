import { SERVICES, type ServiceName } from './services.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Compacted history may lose an older value of a key only after this time, so a slow reader sees every event. */
export const COMPACTION_LAG_MS = 7 * DAY_MS;
/** How long a dead letter and an operator's retry are kept. */
export const DEAD_LETTER_RETENTION_MS = 30 * DAY_MS;
/** How long an inbound record is kept: it lies outside the door, unchecked. */
export const INBOUND_RETENTION_MS = DAY_MS;
/** The largest record that any topic takes, in bytes: a policy document of 8 MiB and its envelope. */
export const MAX_RECORD_BYTES = 9 * 1024 * 1024;

/** The stage topics, in the order of the road. One event per request on each. */
export const STAGE_TOPICS = [
  'request.submitted',
  'route.resolved',
  'decision.made',
  'guardrail.evaluated',
  'action.released',
] as const;
export type StageTopic = (typeof STAGE_TOPICS)[number];

/** Who may write a topic: one service, the operators, or the one producer whose name ends the topic's name. */
export type TopicWriter = ServiceName | 'operators' | 'producer';

/** Who may read a topic. */
export type TopicReader = ServiceName | 'operators';

/** How a topic is created; the broker's settings and everybody's rights on it follow from it. */
export interface TopicDefinition {
  readonly name: string;
  readonly writer: TopicWriter;
  /** Everybody who reads it; the broker lets nobody else. */
  readonly readers: readonly TopicReader[];
  /** What a record's key is, for people. */
  readonly key: string;
  /** `lanes`: as many partitions as the stage topics; `one`: a single partition. */
  readonly partitions: 'lanes' | 'one';
  readonly cleanup:
    { readonly policy: 'compact' } | { readonly policy: 'delete'; readonly retentionMs: number };
}

/** Audit reads everything. */
const LEDGER: TopicReader = 'audit';

const compacted = (
  name: string,
  writer: ServiceName,
  readers: readonly TopicReader[],
  key: string,
  partitions: 'lanes' | 'one' = 'lanes',
): TopicDefinition => ({
  name,
  writer,
  readers: [...readers, LEDGER],
  key,
  partitions,
  cleanup: { policy: 'compact' },
});

const kept = (
  name: string,
  writer: TopicWriter,
  readers: readonly TopicReader[],
  key: string,
  retentionMs: number,
): TopicDefinition => ({
  name,
  writer,
  readers: [...new Set([...readers, LEDGER])],
  key,
  partitions: 'lanes',
  cleanup: { policy: 'delete', retentionMs },
});

/** `<service>.dead-letter`: what the service could not digest, untouched, with its place and the reason. */
export const deadLetterTopic = (service: ServiceName): `${ServiceName}.dead-letter` =>
  `${service}.dead-letter`;
/** `<service>.retry`: dead letters that an operator hands back to the service. */
export const retryTopic = (service: ServiceName): `${ServiceName}.retry` => `${service}.retry`;

/** Names of producers, and so the tail of their inbound topic: lower case, digits, dash; 2 to 60 characters. */
export const PRODUCER_NAME = /^[a-z][a-z0-9-]{1,59}$/;
/** What the name of every inbound topic begins with. */
export const INBOUND_PREFIX = 'request.inbound.';
/** Matches every inbound topic, as a subscription pattern of libs/messaging. */
export const INBOUND_TOPICS = `${INBOUND_PREFIX}*`;
/** The topic that the named producer alone may write. */
export const inboundTopic = (producer: string): string => `${INBOUND_PREFIX}${producer}`;
/** The producer that an inbound topic belongs to; undefined for any other topic. */
export const producerOfInboundTopic = (topic: string): string | undefined =>
  topic.startsWith(INBOUND_PREFIX) ? topic.slice(INBOUND_PREFIX.length) : undefined;

/** How the inbound topic of a producer is created. */
export const inboundTopicDefinition = (producer: string): TopicDefinition =>
  kept(inboundTopic(producer), 'producer', ['intake'], "the producer's own id", INBOUND_RETENTION_MS);

const DEAD_LETTER_KEY = 'origin topic-partition-offset';

/** Every topic of the system but the producers' inbound topics, which come with their producer. */
export const TOPICS: readonly TopicDefinition[] = [
  compacted('request.submitted', 'intake', ['router'], 'request id'),
  compacted('route.resolved', 'router', ['notifier', 'intake'], 'request id'),
  compacted('decision.made', 'notifier', ['guardrail'], 'request id'),
  compacted('guardrail.evaluated', 'guardrail', ['intake'], 'request id'),
  compacted('action.released', 'intake', [], 'request id'),
  compacted('request.rejected', 'intake', [], 'request id'),
  compacted('request.withdrawn', 'intake', ['notifier'], 'request id'),
  compacted('request.failed', 'intake', [], 'request id'),
  compacted('release.redeemed', 'intake', [], 'release id'),
  compacted('release.revoked', 'intake', [], 'release id'),
  compacted('policy.proposed', 'intake', [], 'document hash', 'one'),
  compacted('policy.published', 'intake', ['intake', 'router', 'notifier', 'guardrail'], 'revision', 'one'),
  compacted('vote.cast', 'notifier', [], 'request id, person, count'),
  compacted('approver.notified', 'notifier', [], 'request id, person, count'),
  compacted('delegation.declared', 'notifier', ['guardrail'], 'delegation id'),
  compacted('question.asked', 'notifier', [], 'request id, number'),
  compacted('question.answered', 'notifier', [], 'request id, number'),
  ...SERVICES.flatMap((service) => [
    // Intake says of a request where it stands still.
    kept(
      deadLetterTopic(service),
      service,
      ['intake', 'operators'],
      DEAD_LETTER_KEY,
      DEAD_LETTER_RETENTION_MS,
    ),
    kept(retryTopic(service), 'operators', [service, 'operators'], DEAD_LETTER_KEY, DEAD_LETTER_RETENTION_MS),
  ]),
];
