import { type ServiceName } from '@tollgate/contracts';
import { listDeadLetters } from '@tollgate/messaging';
import { type CommandContext } from '../command.js';
import { askBroker } from '../connection/ask-broker.js';
import { kafkaConnection } from '../connection/kafka-connection.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { table } from '../terminal/table.js';
import { visible } from '../terminal/visible.js';
import { deadLetterDocument } from './dead-letter-text.js';

/** Which dead letters are shown. */
export interface ListOptions {
  readonly service?: ServiceName;
  /** Those handed back as well. */
  readonly all: boolean;
}

/** `tollgate dead-letters list`: what the services could not digest, with the reason. */
export async function listOpenDeadLetters(
  context: CommandContext,
  { service, all }: ListOptions,
): Promise<ExitCode> {
  const { settings, terminal } = context;
  const connection = kafkaConnection(settings);
  const letters = await askBroker(settings, () =>
    listDeadLetters({ connection, ...(service === undefined ? {} : { service }) }),
  );
  const shown = letters.filter(({ state }) => all || state === 'open');
  if (shown.length === 0)
    terminal.say(all ? 'There are no dead letters.' : 'There are no open dead letters.');
  else {
    const columns = [
      ['dead letter', 'left'],
      ['state', 'left'],
      ['failed', 'left'],
      ['request', 'left'],
      ['reason', 'left'],
    ] as const;
    const rows = shown.map((letter) => [
      `${letter.service}/${letter.place}`,
      letter.state,
      letter.failedAt,
      letter.requestId ?? '-',
      visible(letter.reason),
    ]);
    for (const line of table(columns, rows)) terminal.say(line);
  }
  terminal.give({ deadLetters: shown.map(deadLetterDocument) });
  return EXIT_CODE.done;
}
