import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';

/** What is sent again: what is said of these requests, or all of a producer. */
export interface RetryOptions {
  readonly requestIds: readonly string[];
  readonly producer?: string;
}

/**
 * `tollgate webhooks retry [REQUEST...] [--producer NAME]`: sends again what was given up.
 * @returns failure where there was nothing to send again
 */
export async function retryWebhooks(
  context: CommandContext,
  { requestIds, producer }: RetryOptions,
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  if ((requestIds.length === 0) === (producer === undefined))
    throw new CommandError('Name requests, or a producer by --producer.', EXIT_CODE.usage);
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/webhooks/retry`,
    key: required(settings, 'operatorKey'),
    body: producer === undefined ? { requestIds } : { producer },
    signal: interrupted,
  });
  const retried =
    isJsonObject(answer) && Array.isArray(answer['requestIds']) ? answer['requestIds'].length : 0;
  terminal.give(answer);
  if (retried === 0) {
    terminal.warn('Nothing of that was given up, or its producer has no webhook.');
    return EXIT_CODE.failure;
  }
  terminal.say(
    producer === undefined && retried < requestIds.length
      ? `${retried} of ${requestIds.length} are sent again; the others were not given up, or their producer has no webhook.`
      : `What is said of ${retried} ${retried === 1 ? 'request' : 'requests'} is sent again.`,
  );
  return EXIT_CODE.done;
}
