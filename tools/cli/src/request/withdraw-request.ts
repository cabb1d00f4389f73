import { type CommandContext } from '../command.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { exitCodeOf, type ExitCode } from '../exit-code.js';
import { parseRequestStatus } from './request-status.js';
import { requestText } from './request-text.js';

/**
 * `tollgate request withdraw ID`: takes a request back; once accepted it will not be released.
 * @returns the exit code of its status, so 12 (cancelled)
 * @throws CommandError when it is too late
 */
export async function withdrawRequest(
  context: CommandContext,
  id: string,
  reason: string | undefined,
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/requests/${encodeURIComponent(id)}/withdraw`,
    key: required(settings, 'producerKey'),
    body: reason === undefined ? {} : { reason },
    signal: interrupted,
  });
  const document = parseRequestStatus(answer);
  for (const line of requestText(document, context.now(), terminal.paint)) terminal.say(line);
  terminal.give(document);
  return exitCodeOf(document.status);
}
