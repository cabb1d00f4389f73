import { TOPICS } from '@tollgate/contracts';
import { physicalName } from '../kafka-connection.js';
import { type CreateTopicsOptions } from './create-topics.js';
import { readExistingTopics } from './read-existing-topics.js';
import { TopicMismatchError } from './topic-mismatch-error.js';
import { differencesOf, topicSettings } from './topic-settings.js';
import { withAdmin } from './with-admin.js';

/**
 * Makes sure that the broker has the topics as defined: the services agree on them at boot, or stop.
 * @throws TopicMismatchError naming every difference
 * @throws an error of the client when the broker does not answer
 */
export async function verifyTopics({
  connection,
  lanes,
  definitions = TOPICS,
}: CreateTopicsOptions): Promise<void> {
  const wanted = definitions.map((definition) => ({
    name: physicalName(connection, definition.name),
    settings: topicSettings(definition, lanes),
  }));
  const settings = [...new Set(wanted.flatMap(({ settings: { config } }) => Object.keys(config)))];
  const existing = await withAdmin(connection, (admin) =>
    readExistingTopics(
      admin,
      wanted.map(({ name }) => name),
      settings,
    ),
  );
  const differences = wanted.flatMap(({ name, settings: topic }) =>
    differencesOf(name, topic, existing.get(name)),
  );
  if (differences.length > 0) throw new TopicMismatchError(differences);
}
