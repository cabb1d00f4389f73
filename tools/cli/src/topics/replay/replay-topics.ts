import { decodeEvent, type EventTopic, InvalidEventError, type TopicEvent } from '@tollgate/contracts';
import {
  describeTopics,
  followTopic,
  type IncomingRecord,
  type KafkaConnection,
  type TopicDescription,
} from '@tollgate/messaging';
import { createProgress, type Progress } from '../../audit/progress.js';
import { type CommandContext } from '../../command.js';
import { CommandError } from '../../command-error.js';
import { askBroker } from '../../connection/ask-broker.js';
import { kafkaAdminConnection } from '../../connection/kafka-connection.js';
import { EXIT_CODE, type ExitCode } from '../../exit-code.js';
import { table } from '../../terminal/table.js';
import { quietLogger } from './quiet-logger.js';
import { Recomputation } from './recomputation.js';
import { grownTopics, replayText } from './replay-text.js';

/** What the command line says of a replay. */
export interface ReplayOptions {
  /** Reads; without it the command only says what it would read. */
  readonly check: boolean;
}

/** What is read, in this order. */
const READ = [
  'policy.published',
  'request.submitted',
  'route.resolved',
  'decision.made',
  'guardrail.evaluated',
] as const satisfies readonly EventTopic[];
type ReadTopic = (typeof READ)[number];

const TAKE: {
  readonly [Topic in ReadTopic]: (recomputation: Recomputation, event: TopicEvent<Topic>) => void;
} = {
  'policy.published': (recomputation, event) => recomputation.takePolicy(event),
  'request.submitted': (recomputation, event) => recomputation.takeSubmission(event),
  'route.resolved': (recomputation, event) => recomputation.takeRoute(event),
  'decision.made': (recomputation, event) => recomputation.takeDecision(event),
  'guardrail.evaluated': (recomputation, event) => recomputation.takeJudgement(event),
};

/** Records that hold no event of their topic: they are dead letters of whoever read them, and nothing was said of them. */
interface Unreadable {
  count: number;
}

/** Gives the event in a record to the recomputation. */
function take<Topic extends ReadTopic>(
  topic: Topic,
  { value, key }: IncomingRecord,
  recomputation: Recomputation,
  unreadable: Unreadable,
): void {
  try {
    const event = decodeEvent(topic, value, key);
    // The entry of a topic takes the events of that topic.
    (TAKE[topic] as (to: Recomputation, event: TopicEvent<Topic>) => void)(recomputation, event);
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    unreadable.count += 1;
  }
}

async function readAll(
  connection: KafkaConnection,
  topic: ReadTopic,
  onRecord: (record: IncomingRecord) => void,
): Promise<void> {
  const failed = Promise.withResolvers<never>();
  const tail = await followTopic({
    connection,
    topic,
    logger: quietLogger,
    onRecord,
    onFatal: (error) => failed.reject(error),
  });
  try {
    await Promise.race([tail.caughtUp, failed.promise]);
  } finally {
    await tail.stop();
  }
}

async function recompute(connection: KafkaConnection, progress: Progress, total: number) {
  const recomputation = new Recomputation();
  const unreadable: Unreadable = { count: 0 };
  let records = 0;
  for (const topic of READ) {
    await readAll(connection, topic, (record) => {
      take(topic, record, recomputation, unreadable);
      records += 1;
      if (records % 100 === 0) progress.show(records, total);
    });
  }
  progress.clear();
  return { ...recomputation.verdict(), records, unreadable: unreadable.count };
}

const wanted = (topics: readonly TopicDescription[]): TopicDescription[] =>
  READ.map((name) => {
    const found = topics.find(({ topic }) => topic === name);
    if (found === undefined)
      throw new CommandError(`the broker has no topic ${name}: is this the system?`, EXIT_CODE.failure);
    return found;
  });

/**
 * `tollgate topics replay`: says what would be read; with `--check` reads the topics from their beginning, says again what
 * router and guardrail said, and compares. It only reads, and proves it: no topic has grown by it.
 * @returns 0 where everything is as it should be, 1 where an event is not
 */
export async function replayTopics(context: CommandContext, { check }: ReplayOptions): Promise<ExitCode> {
  const { settings, terminal } = context;
  const connection = kafkaAdminConnection(settings);
  const before = await askBroker(settings, () => describeTopics({ connection }));
  const topics = wanted(before);
  if (!check) {
    const rows = topics.map(({ topic, partitions, records }) => [topic, String(partitions), String(records)]);
    for (const line of table(
      [
        ['topic', 'left'],
        ['partitions', 'right'],
        ['records', 'right'],
      ],
      rows,
    ))
      terminal.say(line);
    terminal.say('');
    terminal.say('Nothing was read yet. --check reads these from their beginning and writes nothing.');
    terminal.give({ topics });
    return EXIT_CODE.done;
  }
  const total = topics.reduce((sum, { records }) => sum + records, 0);
  const progress = createProgress(terminal, context.now);
  const verdict = await askBroker(settings, () => recompute(connection, progress, total));
  const grown = grownTopics(before, await askBroker(settings, () => describeTopics({ connection })));
  for (const line of replayText(verdict, before.length, grown, terminal)) terminal.say(line);
  terminal.give({ ...verdict, topics: before.length, grown });
  return verdict.wrong === 0 ? EXIT_CODE.done : EXIT_CODE.failure;
}
