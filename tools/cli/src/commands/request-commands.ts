import { randomUUID } from 'node:crypto';
import { type Command } from 'commander';
import { showRequest } from '../request/show-request.js';
import { submitRequest } from '../request/submit-request.js';
import { waitForRequest } from '../request/wait-for-request.js';
import { withdrawRequest } from '../request/withdraw-request.js';
import { durationOption } from './options.js';
import { type RunCommand } from './run-command.js';

const timeout = (wait: number | true | undefined): { timeoutMs?: number } =>
  typeof wait === 'number' ? { timeoutMs: wait } : {};

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
    .action((file: string, options: { wait?: number | true; key?: string }, command: Command) =>
      run(command, (context) =>
        submitRequest(context, file, {
          key: options.key ?? randomUUID(),
          wait: options.wait !== undefined,
          ...timeout(options.wait),
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
