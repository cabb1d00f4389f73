import { COMPACTION_LAG_MS, MAX_RECORD_BYTES, type TopicDefinition } from '@tollgate/contracts';

/** Room that the broker's batch format needs around the largest record. */
const BATCH_OVERHEAD_BYTES = 1024;

/** What a topic is created with. */
export interface TopicSettings {
  readonly partitions: number;
  /** Topic-level settings of the broker, by name. */
  readonly config: Readonly<Record<string, string>>;
}

/**
 * The broker's settings that follow from a definition.
 * @param lanes the number of partitions of the stage topics
 */
export function topicSettings(definition: TopicDefinition, lanes: number): TopicSettings {
  const { cleanup } = definition;
  return {
    partitions: definition.partitions === 'one' ? 1 : lanes,
    config: {
      'cleanup.policy': cleanup.policy,
      ...(cleanup.policy === 'compact'
        ? { 'min.compaction.lag.ms': String(COMPACTION_LAG_MS) }
        : { 'retention.ms': String(cleanup.retentionMs) }),
      'max.message.bytes': String(MAX_RECORD_BYTES + BATCH_OVERHEAD_BYTES),
      // The broker's clock says when a record came; a writer's says only what the writer claims.
      'message.timestamp.type': 'LogAppendTime',
    },
  };
}

/** A topic as the broker has it. */
export interface ExistingTopic {
  readonly partitions: number;
  readonly config: ReadonlyMap<string, string>;
}

/** In what a topic of the broker is not as it must be: one line each, naming the topic; empty when it agrees. */
export function differencesOf(
  name: string,
  wanted: TopicSettings,
  existing: ExistingTopic | undefined,
): string[] {
  if (existing === undefined) return [`${name} does not exist`];
  const differences: string[] = [];
  if (existing.partitions !== wanted.partitions) {
    differences.push(`${name} has ${existing.partitions} partitions and must have ${wanted.partitions}`);
  }
  for (const [setting, value] of Object.entries(wanted.config)) {
    const found = existing.config.get(setting);
    if (found !== value)
      differences.push(`${name} has ${setting} ${found ?? '(not readable)'} and must have ${value}`);
  }
  return differences;
}
