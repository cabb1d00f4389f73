import { type ServiceName } from '@tollgate/contracts';
import {
  describeTopics,
  type GroupLag,
  listLag,
  resetGroups,
  type TopicDescription,
} from '@tollgate/messaging';
import { type CommandContext } from '../../command.js';
import { CommandError } from '../../command-error.js';
import { askBroker } from '../../connection/ask-broker.js';
import { kafkaAdminConnection } from '../../connection/kafka-connection.js';
import { EXIT_CODE, type ExitCode } from '../../exit-code.js';
import { table } from '../../terminal/table.js';

/** The services that keep their place in the topics on the broker; audit keeps it with its records. */
export const REBUILDABLE = [
  'intake',
  'router',
  'notifier',
  'guardrail',
] as const satisfies readonly ServiceName[];

/** What the command line says of a rebuild. */
export interface RebuildOptions {
  readonly service: (typeof REBUILDABLE)[number];
  /** Without it, only says what would be done. */
  readonly yes: boolean;
}

/** What a service reads again, and how far it is now. */
export interface ReadAgain {
  readonly topic: string;
  readonly records: number;
  readonly behind: number;
}

/** The topics that a service has read, with all that they hold. */
export const readAgain = (topics: readonly TopicDescription[], lags: readonly GroupLag[]): ReadAgain[] =>
  lags.flatMap(({ topic, lag }) => {
    const found = topics.find((description) => description.topic === topic);
    return found === undefined ? [] : [{ topic, records: found.records, behind: lag }];
  });

/** The broker's word for a group that somebody is in. */
const STILL_RUNS = 'NON_EMPTY_GROUP';
const says = (error: unknown, type: string): boolean =>
  error instanceof Error && (('type' in error && error.type === type) || says(error.cause, type));

async function forget(
  connection: ReturnType<typeof kafkaAdminConnection>,
  service: ServiceName,
): Promise<void> {
  try {
    await resetGroups({ connection, groups: [service] });
  } catch (error) {
    if (!says(error, STILL_RUNS)) throw error;
    throw new CommandError(
      `${service} is running: stop every process of it first, and start it again afterwards`,
      EXIT_CODE.failure,
      undefined,
      { cause: error },
    );
  }
}

/**
 * `tollgate topics replay --rebuild SERVICE`: has a stopped service read all its topics again from their beginning. Whatever its
 * tables lack of that comes back; what they hold stays, and nothing is decided, mailed or released anew. A dry run unless
 * `--yes` is given.
 */
export async function rebuildModels(
  context: CommandContext,
  { service, yes }: RebuildOptions,
): Promise<ExitCode> {
  const { settings, terminal } = context;
  const connection = kafkaAdminConnection(settings);
  const topics = await askBroker(settings, async () =>
    readAgain(await describeTopics({ connection }), await listLag({ connection, groups: [service] })),
  );
  if (yes) await askBroker(settings, () => forget(connection, service));
  const columns = [
    ['topic', 'left'],
    ['records', 'right'],
    ['behind now', 'right'],
  ] as const;
  const rows = topics.map(({ topic, records, behind }) => [topic, String(records), String(behind)]);
  for (const line of table(columns, rows)) terminal.say(line);
  const total = topics.reduce((sum, { records }) => sum + records, 0).toLocaleString('en');
  terminal.say('');
  terminal.say(
    yes
      ? `${service} reads these ${total} records again when it starts. \`tollgate topics list\` shows how far it is, \`tollgate topics replay --check\` what came of it.`
      : `Nothing was changed. Stop ${service} and add --yes: when it starts, it reads these ${total} records again.`,
  );
  terminal.give({ dryRun: !yes, service, topics });
  return EXIT_CODE.done;
}
