import { type CommandContext } from '../command.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { releaseText } from './release-text.js';

/** `tollgate releases show ID`: how a release stands. */
export async function showRelease(
  context: CommandContext,
  id: string,
  as: 'producerKey' | 'operatorKey',
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    url: `${settings.intakeUrl}/v1/releases/${encodeURIComponent(id)}`,
    key: required(settings, as),
    signal: interrupted,
  });
  for (const line of releaseText(answer)) terminal.say(line);
  terminal.give(answer);
  return EXIT_CODE.done;
}
