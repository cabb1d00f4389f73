import { randomUUID } from 'node:crypto';
import { type Command } from 'commander';
import { CommandError } from '../command-error.js';
import { EXIT_CODE } from '../exit-code.js';
import { showRequest } from '../request/show-request.js';
import { readTextFile } from '../request/read-json-file.js';
import { type SubmitOptions, submitRequest } from '../request/submit-request.js';
import { waitForRequest } from '../request/wait-for-request.js';
import { withdrawRequest } from '../request/withdraw-request.js';
import { durationOption } from './options.js';
import { type RunCommand } from './run-command.js';

const timeout = (wait: number | true | undefined): { timeoutMs?: number } =>
  typeof wait === 'number' ? { timeoutMs: wait } : {};

interface SubmitFlags {
  readonly wait?: number | true;
  readonly key?: string;
  readonly breakGlass?: string;
  readonly personToken?: string;
}

/** @throws CommandError (usage) where only one of the two is given */
function breakGlassOf({
  breakGlass: justification,
  personToken,
}: SubmitFlags): Pick<SubmitOptions, 'breakGlass'> {
  if (justification === undefined && personToken === undefined) return {};
  if (justification === undefined || personToken === undefined)
    throw new CommandError('--break-glass and --person-token go together', EXIT_CODE.usage);
  const token = (personToken === '-' ? readTextFile('-') : personToken).trim();
  return { breakGlass: { justification, token } };
}

/** `tollgate request …` */
export function addRequestCommands(program: Command, run: RunCommand): void {
  const request = program
    .command('request')
    .description('ask for an action, and learn whether it may go ahead');
  request
    .command('submit')
    .description('submit the request in a JSON file (- for standard input)')
    .argument('<file>')
    .option('--wait [duration]', 'stay until it is decided, or for so long (90s, 10m, PT4H)', durationOption)
    .option(
      '--key <key>',
      'idempotency key: the same key and content is the same request (default: a new one)',
    )
    .option(
      '--break-glass <why>',
      'go ahead without waiting for people, where the policy lets you; it is told to them and reviewed',
    )
    .option('--person-token <token>', 'with --break-glass: your own token; - for standard input')
    .action((file: string, options: SubmitFlags, command: Command) =>
      run(command, (context) =>
        submitRequest(context, file, {
          key: options.key ?? randomUUID(),
          wait: options.wait !== undefined,
          ...timeout(options.wait),
          ...breakGlassOf(options),
        }),
      ),
    );
  request
    .command('show')
    .description('how a request stands now')
    .argument('<id>')
    .action((id: string, _options: object, command: Command) =>
      run(command, (context) => showRequest(context, id)),
    );
  request
    .command('wait')
    .description('wait until a request is decided, or for so long')
    .argument('<id>')
    .argument('[duration]', '90s, 10m, PT4H; without, as long as it takes', durationOption)
    .action((id: string, duration: number | undefined, _options: object, command: Command) =>
      run(command, (context) => waitForRequest(context, id, timeout(duration))),
    );
  request
    .command('withdraw')
    .description('take a request back; exits with 12, as the request is then cancelled')
    .argument('<id>')
    .option('--reason <text>', 'why, for the record')
    .action((id: string, options: { reason?: string }, command: Command) =>
      run(command, (context) => withdrawRequest(context, id, options.reason)),
    );
}
