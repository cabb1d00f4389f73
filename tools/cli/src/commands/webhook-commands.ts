import { type Command } from 'commander';
import { listWebhooks } from '../webhooks/list-webhooks.js';
import { retryWebhooks } from '../webhooks/retry-webhooks.js';
import { showWebhook } from '../webhooks/show-webhook.js';
import { type RunCommand } from './run-command.js';

/** `tollgate webhooks …` */
export function addWebhookCommands(program: Command, run: RunCommand): void {
  const webhooks = program.command('webhooks').description('what producers could not be told');
  webhooks
    .command('list')
    .description('what was given up, newest first, with the reason')
    .option('--producer <name>', 'of this producer only')
    .action((options: { producer?: string }, command: Command) =>
      run(command, (context) => listWebhooks(context, options.producer)),
    );
  webhooks
    .command('show')
    .description('the messages about a request: how they stand, and what is sent')
    .argument('<request>')
    .action((requestId: string, _options: object, command: Command) =>
      run(command, (context) => showWebhook(context, requestId)),
    );
  webhooks
    .command('retry')
    .description('send what was given up again, with the same webhook-id')
    .argument('[requests...]')
    .option('--producer <name>', 'all of this producer')
    .action((requestIds: string[], options: { producer?: string }, command: Command) =>
      run(command, (context) => retryWebhooks(context, { requestIds, ...options })),
    );
}
