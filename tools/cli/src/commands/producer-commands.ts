import { type Command } from 'commander';
import { addProducer } from '../producers/add-producer.js';
import { createKey } from '../producers/create-key.js';
import { collected } from './options.js';
import { type RunCommand } from './run-command.js';

/** `tollgate producers …` and `tollgate keys …` */
export function addProducerCommands(program: Command, run: RunCommand): void {
  program
    .command('producers')
    .description('who may ask')
    .command('add')
    .description('register a producer: an API key (shown once) and an inbound topic of its own')
    .argument('<name>', 'lower-case letters, digits and dashes')
    .requiredOption('--owner <person>', 'the person who answers for it and never decides on its requests')
    .action((name: string, { owner }: { owner: string }, command: Command) =>
      run(command, (context) => addProducer(context, name, owner)),
    );
  program
    .command('keys')
    .description('API keys of producers')
    .command('create')
    .description('one more API key of a producer (shown once)')
    .argument('<producer>')
    .option(
      '--scope <scope>',
      'what it opens beyond its own requests; may be given several times',
      collected,
      [],
    )
    .action((producer: string, { scope }: { scope: string[] }, command: Command) =>
      run(command, (context) => createKey(context, producer, scope)),
    );
}
