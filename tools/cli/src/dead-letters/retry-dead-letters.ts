import { type ServiceName } from '@tollgate/contracts';
import { type DeadLetter, listDeadLetters, retryDeadLetter } from '@tollgate/messaging';
import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { askBroker } from '../connection/ask-broker.js';
import { kafkaConnection } from '../connection/kafka-connection.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { visible } from '../terminal/visible.js';
import { findDeadLetter, parseWanted } from './find-dead-letter.js';

/** What is handed back: places, or every open dead letter of one service or of all. */
export interface RetryOptions {
  readonly places: readonly string[];
  readonly all: boolean;
  readonly service?: ServiceName;
  /** Without it, only says what would be done. */
  readonly yes: boolean;
}

function chosen(letters: readonly DeadLetter[], options: RetryOptions): DeadLetter[] {
  if (options.all === options.places.length > 0) {
    throw new CommandError('Name the dead letters to retry, or say --all; not both.', EXIT_CODE.usage);
  }
  if (!options.all) return options.places.map((place) => findDeadLetter(letters, parseWanted(place)));
  return letters.filter(
    ({ state, service }) =>
      state === 'open' && (options.service === undefined || service === options.service),
  );
}

/**
 * `tollgate dead-letters retry`: hands dead letters back to their services, which read them as if they had just
 * come. A dry run unless `--yes` is given.
 */
export async function retryDeadLetters(context: CommandContext, options: RetryOptions): Promise<ExitCode> {
  const { settings, terminal } = context;
  const connection = kafkaConnection(settings);
  const letters = chosen(await askBroker(settings, () => listDeadLetters({ connection })), options);
  for (const { service, place, reason } of letters) {
    if (options.yes) await askBroker(settings, () => retryDeadLetter({ connection, service, place }));
    terminal.say(`${options.yes ? 'retried' : 'would retry'} ${service}/${place} (${visible(reason)})`);
  }
  if (letters.length === 0) terminal.say('There is nothing to retry.');
  else if (!options.yes) terminal.say('Nothing was changed. Add --yes to do it.');
  terminal.give({
    dryRun: !options.yes,
    deadLetters: letters.map(({ service, place, requestId }) => ({ service, place, requestId })),
  });
  return EXIT_CODE.done;
}
