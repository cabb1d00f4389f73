import {
  COMPACTION_LAG_MS,
  inboundTopicDefinition,
  producerOfInboundTopic,
  type TopicDefinition,
  TOPICS,
} from '@tollgate/contracts';

/** Why offsets are missing. Only `unexplained` is an alarm. */
export const GAP_EXPLANATIONS = ['compacted', 'expired by retention', 'unexplained'] as const;
export type GapExplanation = (typeof GAP_EXPLANATIONS)[number];

/** An explanation and, for people, what it rests on. */
export interface ExplainedGap {
  readonly explanation: GapExplanation;
  readonly detail: string;
}

const DEFINITIONS: ReadonlyMap<string, TopicDefinition> = new Map(TOPICS.map((topic) => [topic.name, topic]));

/** How a topic was created; undefined for one that this version does not know. */
export function definitionOf(topic: string): TopicDefinition | undefined {
  const producer = producerOfInboundTopic(topic);
  return producer === undefined ? DEFINITIONS.get(topic) : inboundTopicDefinition(producer);
}

const days = (ms: number): string => `${Math.round(ms / 86_400_000)} days`;

/**
 * Explains offsets that are missing by what the broker may do with records of that topic: drop an older value of a key
 * once it is past the compaction lag, or whole stretches past their retention. Missing records are no older than the
 * one before them; where even that one is too young, the broker had no reason.
 * @param definition how the topic was created
 * @param previousTime when the record before the gap was written, in ms; undefined where nothing is on record before it
 * @param now in ms
 */
export function explainGap(
  definition: TopicDefinition | undefined,
  previousTime: number | undefined,
  now: number,
): ExplainedGap {
  if (definition === undefined) {
    return { explanation: 'unexplained', detail: 'the topic is not known to this version' };
  }
  const { cleanup } = definition;
  const [explanation, after] =
    cleanup.policy === 'compact'
      ? (['compacted', COMPACTION_LAG_MS] as const)
      : (['expired by retention', cleanup.retentionMs] as const);
  if (previousTime === undefined) {
    return {
      explanation,
      detail: `first read of the partition; the topic gives records up after ${days(after)}`,
    };
  }
  const age = now - previousTime;
  if (age > after) {
    return {
      explanation,
      detail: `the topic gives records up after ${days(after)}; these may be as old as ${days(age)}`,
    };
  }
  return {
    explanation: 'unexplained',
    detail: `the record before is younger than the ${days(after)} after which the topic gives records up`,
  };
}
