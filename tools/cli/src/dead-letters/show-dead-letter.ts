import { listDeadLetters } from '@tollgate/messaging';
import { type CommandContext } from '../command.js';
import { askBroker } from '../connection/ask-broker.js';
import { kafkaConnection } from '../connection/kafka-connection.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { visible } from '../terminal/visible.js';
import { deadLetterDocument, valueText } from './dead-letter-text.js';
import { findDeadLetter, parseWanted } from './find-dead-letter.js';

/** `tollgate dead-letters show PLACE`: one dead letter with its reason and the original bytes. */
export async function showDeadLetter(context: CommandContext, place: string): Promise<ExitCode> {
  const { settings, terminal } = context;
  const connection = kafkaConnection(settings);
  const letter = findDeadLetter(
    await askBroker(settings, () => listDeadLetters({ connection })),
    parseWanted(place),
  );
  const { origin } = letter;
  terminal.say(terminal.paint('bold', `${letter.service}/${letter.place}`));
  terminal.say(`  state    ${letter.state}`);
  terminal.say(`  failed   ${letter.failedAt}`);
  terminal.say(`  reason   ${visible(letter.reason)}`);
  if (letter.requestId !== undefined) terminal.say(`  request  ${letter.requestId}`);
  terminal.say(`  origin   ${origin.topic}, partition ${origin.partition}, offset ${origin.offset}`);
  terminal.say(`  key      ${origin.key === null ? '(none)' : visible(origin.key)}`);
  for (const [name, value] of Object.entries(origin.headers)) {
    terminal.say(`  header   ${visible(name)}: ${visible(value.toString('utf8'))}`);
  }
  terminal.say(`  value    ${origin.value === null ? 'none' : `${origin.value.length} bytes`}`);
  for (const line of valueText(origin.value)) terminal.say(`    ${line}`);
  terminal.give(deadLetterDocument(letter));
  return EXIT_CODE.done;
}
