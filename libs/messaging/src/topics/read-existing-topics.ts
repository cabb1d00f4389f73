import kafkajs, { type Admin } from 'kafkajs';
import { type ExistingTopic } from './topic-settings.js';

/**
 * Those of the named topics that the broker has, with the settings asked for.
 * @param names physical names
 * @param settings names of topic-level settings
 */
export async function readExistingTopics(
  admin: Admin,
  names: readonly string[],
  settings: readonly string[],
): Promise<ReadonlyMap<string, ExistingTopic>> {
  const all = new Set(await admin.listTopics());
  const present = names.filter((name) => all.has(name));
  if (present.length === 0) return new Map();
  const [{ topics }, { resources }] = await Promise.all([
    admin.fetchTopicMetadata({ topics: present }),
    admin.describeConfigs({
      includeSynonyms: false,
      resources: present.map((name) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configNames: [...settings],
      })),
    }),
  ]);
  const configs = new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
  return new Map(
    topics.map(({ name, partitions }) => [
      name,
      { partitions: partitions.length, config: configs.get(name) ?? new Map<string, string>() },
    ]),
  );
}
