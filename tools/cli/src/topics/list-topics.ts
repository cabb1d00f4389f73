import { SERVICES } from '@tollgate/contracts';
import { describeTopics, type GroupLag, listLag, type TopicDescription } from '@tollgate/messaging';
import { type CommandContext } from '../command.js';
import { askBroker } from '../connection/ask-broker.js';
import { kafkaConnection } from '../connection/kafka-connection.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { table } from '../terminal/table.js';

/** A topic, and how far each group that reads it is behind, in records. */
export interface ListedTopic extends TopicDescription {
  readonly lag: Readonly<Record<string, number>>;
}

/** Joins topics with the lag of the groups that read them. */
export const listedTopics = (topics: readonly TopicDescription[], lags: readonly GroupLag[]): ListedTopic[] =>
  topics.map((topic) => ({
    ...topic,
    lag: Object.fromEntries(
      lags.filter((lag) => lag.topic === topic.topic).map(({ group, lag }) => [group, lag]),
    ),
  }));

const lagText = (lag: ListedTopic['lag']): string =>
  Object.entries(lag)
    .map(([group, records]) => `${group} ${records}`)
    .join(', ');

/** `tollgate topics list`: each topic with partitions, records, clean-up, and the lag of each group that reads it. */
export async function listTopics(context: CommandContext): Promise<ExitCode> {
  const { settings, terminal } = context;
  const connection = kafkaConnection(settings);
  const topics = await askBroker(settings, async () =>
    listedTopics(await describeTopics({ connection }), await listLag({ connection, groups: SERVICES })),
  );
  const columns = [
    ['topic', 'left'],
    ['partitions', 'right'],
    ['records', 'right'],
    ['clean-up', 'left'],
    ['behind', 'left'],
  ] as const;
  const rows = topics.map(({ topic, partitions, records, cleanup, lag }) => [
    topic,
    String(partitions),
    String(records),
    cleanup,
    lagText(lag),
  ]);
  for (const line of table(columns, rows)) terminal.say(line);
  terminal.give({ topics });
  return EXIT_CODE.done;
}
