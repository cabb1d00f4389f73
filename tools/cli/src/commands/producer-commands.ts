import { type Command, Option } from 'commander';
import { addProducer } from '../producers/add-producer.js';
import { removeProducer } from '../producers/remove-producer.js';
import { createKey } from '../producers/create-key.js';
import { producerWebhook, type WebhookWish } from '../webhooks/producer-webhook.js';
import { collected } from './options.js';
import { type RunCommand } from './run-command.js';

/** `tollgate producers …` and `tollgate keys …` */
export function addProducerCommands(program: Command, run: RunCommand): void {
  const producers = program.command('producers').description('who may ask');
  producers
    .command('add')
    .description(
      'register a producer: an API key, an inbound topic of its own and a Kafka user for it (shown once)',
    )
    .argument('<name>', 'lower-case letters, digits and dashes')
    .requiredOption('--owner <person>', 'the person who answers for it and never decides on its requests')
    .action((name: string, { owner }: { owner: string }, command: Command) =>
      run(command, (context) => addProducer(context, name, owner)),
    );
  producers
    .command('kafka-user')
    .description(
      "a new password for the producer's Kafka user (shown once); makes the user where there is none",
    )
    .argument('<name>')
    .action((name: string, _options: object, command: Command) =>
      run(command, async (context) =>
        (await import('../producers/kafka-user.js')).renewKafkaUser(context, name),
      ),
    );
  producers
    .command('remove')
    .description('end all keys of a producer, its webhook, and its Kafka user')
    .argument('<name>')
    .action((name: string, _options: object, command: Command) =>
      run(command, (context) => removeProducer(context, name)),
    );
  producers
    .command('webhook')
    .description('where a producer is told what becomes of its requests; shows it, unless told to change it')
    .argument('<name>')
    .addOption(
      new Option(
        '--url <url>',
        'tell it there: https, at a public address; its secret is shown once',
      ).conflicts(['newSecret', 'remove']),
    )
    .addOption(
      new Option(
        '--new-secret',
        'another secret (shown once); the one before signs as well for 24 hours',
      ).conflicts('remove'),
    )
    .option('--changes', 'with --url: tell it on the way as well, not only of the end')
    .addOption(new Option('--test', 'send one message to try it').conflicts(['url', 'newSecret', 'remove']))
    .option('--remove', 'tell it no more; what waits is given up')
    .action((name: string, wish: WebhookWish, command: Command) =>
      run(command, (context) => producerWebhook(context, name, wish)),
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
    .option(
      '--executor <name>',
      'the executor of the producer that gets it: it only redeems, where the policy names it (scope releases:redeem unless told)',
    )
    .action((producer: string, options: { scope: string[]; executor?: string }, command: Command) => {
      const { scope: scopes, ...executor } = options;
      return run(command, (context) => createKey(context, producer, { scopes, ...executor }));
    });
}
