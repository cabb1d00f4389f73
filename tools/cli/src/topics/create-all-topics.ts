import { createTopics, TopicMismatchError, verifyTopics } from '@tollgate/messaging';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { askBroker } from '../connection/ask-broker.js';
import { kafkaAdminConnection } from '../connection/kafka-connection.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';

/**
 * `tollgate topics create`: creates each topic of the system that is missing; those that are there must agree.
 * @throws CommandError that names every difference to what is there
 */
export async function createAllTopics(context: CommandContext): Promise<ExitCode> {
  const { settings, terminal } = context;
  const wanted = { connection: kafkaAdminConnection(settings), lanes: settings.lanes };
  const created = await askBroker(settings, async () => {
    try {
      const names = await createTopics(wanted);
      await verifyTopics(wanted);
      return names;
    } catch (error) {
      if (!(error instanceof TopicMismatchError)) throw error;
      throw new CommandError(error.message, EXIT_CODE.failure, undefined, { cause: error });
    }
  });
  for (const topic of created) terminal.say(`created ${topic}`);
  if (created.length === 0) terminal.say('All topics are there.');
  terminal.give({ created });
  return EXIT_CODE.done;
}
