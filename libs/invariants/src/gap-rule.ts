import {
  COMPACTION_LAG_MS,
  inboundTopicDefinition,
  producerOfInboundTopic,
  type TopicDefinition,
  TOPICS,
} from '@tollgate/contracts';

const DEFINITIONS: ReadonlyMap<string, TopicDefinition> = new Map(TOPICS.map((topic) => [topic.name, topic]));

/** After how long a topic may give records up, in ms; undefined for one that never does, or is not known. */
function givesUpAfter(topic: string): number | undefined {
  const producer = producerOfInboundTopic(topic);
  const definition = producer === undefined ? DEFINITIONS.get(topic) : inboundTopicDefinition(producer);
  if (definition === undefined) return undefined;
  return definition.cleanup.policy === 'compact' ? COMPACTION_LAG_MS : definition.cleanup.retentionMs;
}

/**
 * Whether a topic could have given up the offsets that are missing: they are no older than the record before them.
 * @param previousTime when that was written, ms since 1970; undefined where nothing is on record before
 * @param foundAt when the record after them came, ms since 1970
 */
export function isExplained(topic: string, previousTime: number | undefined, foundAt: number): boolean {
  const after = givesUpAfter(topic);
  return after !== undefined && (previousTime === undefined || foundAt - previousTime > after);
}
