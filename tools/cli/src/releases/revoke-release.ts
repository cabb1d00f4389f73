import { type CommandContext } from '../command.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { releaseText } from './release-text.js';

/**
 * `tollgate releases revoke ID`: takes a release back, so that nobody redeems it.
 * @throws CommandError when it was redeemed already
 */
export async function revokeRelease(
  context: CommandContext,
  id: string,
  reason: string | undefined,
  as: 'producerKey' | 'operatorKey',
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/releases/${encodeURIComponent(id)}/revoke`,
    key: required(settings, as),
    body: reason === undefined ? {} : { reason },
    signal: interrupted,
  });
  for (const line of releaseText(answer)) terminal.say(line);
  terminal.give(answer);
  return EXIT_CODE.done;
}
