import { type ServiceName } from '@tollgate/contracts';
import { type Command, Option } from 'commander';
import { type RebuildOptions } from '../topics/replay/rebuild-models.js';
import { serviceOption, yesOption } from './options.js';
import { type RunCommand } from './run-command.js';

function addDeadLetterCommands(program: Command, run: RunCommand): void {
  const deadLetters = program.command('dead-letters').description('what a service could not digest');
  deadLetters
    .command('list')
    .description('the open ones, with the reason')
    .addOption(serviceOption())
    .option('--all', 'those that were handed back as well', false)
    .action((options: { service?: ServiceName; all: boolean }, command: Command) =>
      run(command, async (context) =>
        (await import('../dead-letters/list-open-dead-letters.js')).listOpenDeadLetters(context, options),
      ),
    );
  deadLetters
    .command('show')
    .description('one of them, with its original bytes')
    .argument('<place>', 'as the list names it: service/topic-partition-offset')
    .action((place: string, _options: object, command: Command) =>
      run(command, async (context) =>
        (await import('../dead-letters/show-dead-letter.js')).showDeadLetter(context, place),
      ),
    );
  deadLetters
    .command('retry')
    .description('hand them back to their services')
    .argument('[places...]', 'as the list names them')
    .option('--all', 'every open one', false)
    .addOption(serviceOption())
    .addOption(yesOption())
    .action(
      (places: string[], options: { all: boolean; service?: ServiceName; yes: boolean }, command: Command) =>
        run(command, async (context) =>
          (await import('../dead-letters/retry-dead-letters.js')).retryDeadLetters(context, {
            places,
            ...options,
          }),
        ),
    );
  deadLetters
    .command('give-up')
    .description('end the stalled request behind one of them as failed, for ever')
    .argument('<target>', 'a request id, or a dead letter as the list names it')
    .requiredOption('--reason <text>', 'why, for the record')
    .addOption(yesOption())
    .action((target: string, options: { reason: string; yes: boolean }, command: Command) =>
      run(command, async (context) =>
        (await import('../dead-letters/give-up-request.js')).giveUpRequest(context, { target, ...options }),
      ),
    );
}

// The client of the broker takes longer to load than everything else, so the commands that need it are loaded late.

/** What operators need: `tollgate topics …`, `tollgate access …`, `tollgate dead-letters …` and `tollgate doctor`. */
export function addOperatorCommands(program: Command, run: RunCommand): void {
  const topics = program.command('topics').description('the topics on the broker');
  topics
    .command('list')
    .description('partitions, records, clean-up, and who is how far behind')
    .action((_options: object, command: Command) =>
      run(command, async (context) => (await import('../topics/list-topics.js')).listTopics(context)),
    );
  topics
    .command('create')
    .description('create those that are missing; those that are there must agree')
    .action((_options: object, command: Command) =>
      run(command, async (context) =>
        (await import('../topics/create-all-topics.js')).createAllTopics(context),
      ),
    );
  topics
    .command('replay')
    .description(
      'say again what router and guardrail said, from the topics alone, and compare; writes nothing',
    )
    .option('--check', 'do it; without this, the command only says what it would read', false)
    .addOption(
      new Option(
        '--rebuild <service>',
        'instead: have a stopped service read all its topics again, and so fill its tables with what they lack',
      )
        .choices(['intake', 'router', 'notifier', 'guardrail'])
        .conflicts('check'),
    )
    .addOption(yesOption())
    .action(
      (options: { check: boolean; yes: boolean; rebuild?: RebuildOptions['service'] }, command: Command) =>
        run(command, async (context) =>
          options.rebuild === undefined
            ? (await import('../topics/replay/replay-topics.js')).replayTopics(context, options)
            : (await import('../topics/replay/rebuild-models.js')).rebuildModels(context, {
                service: options.rebuild,
                yes: options.yes,
              }),
        ),
    );
  const access = program.command('access').description('who may do what at the broker');
  access
    .command('list')
    .description('the rights of each service and of the operators; everything else is forbidden')
    .action((_options: object, command: Command) =>
      run(command, async (context) => (await import('../access/list-access.js')).listAccess(context)),
    );
  access
    .command('grant')
    .description('make these users at the broker, with these rights and no others')
    .requiredOption(
      '--passwords <folder>',
      'holds a password file for each user; those that are missing are made',
    )
    .action(({ passwords }: { passwords: string }, command: Command) =>
      run(command, async (context) =>
        (await import('../access/grant-access.js')).grantAccess(context, passwords),
      ),
    );
  addDeadLetterCommands(program, run);
  program
    .command('doctor')
    .description('what is reachable, what is behind, what is stuck')
    .action((_options: object, command: Command) =>
      run(command, async (context) => (await import('../doctor/examine-system.js')).examineSystem(context)),
    );
}
