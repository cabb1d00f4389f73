import { type CommandContext } from '../command.js';
import { answerText } from '../connection/answer-text.js';
import { callService } from '../connection/call-service.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';

/**
 * `tollgate producers add NAME --owner PERSON`: registers a producer with an inbound topic of its own and shows its
 * API key, this once.
 */
export async function addProducer(context: CommandContext, name: string, owner: string): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    method: 'POST',
    url: `${settings.intakeUrl}/v1/producers`,
    key: required(settings, 'operatorKey'),
    body: { name, owner },
    signal: interrupted,
  });
  const key = answerText(answer, 'key');
  terminal.say(`Producer ${name} is registered; ${owner} answers for it and never decides on its requests.`);
  terminal.say(`  topic  ${answerText(answer, 'topic')}`);
  terminal.say(`  key    ${terminal.paint('bold', key)}`);
  terminal.say('Keep the key now: it is stored as a hash only and cannot be shown again.');
  terminal.give(answer);
  return EXIT_CODE.done;
}
