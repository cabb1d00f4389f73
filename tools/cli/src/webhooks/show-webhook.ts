import { type CommandContext } from '../command.js';
import { answerText } from '../connection/answer-text.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { visible } from '../terminal/visible.js';

const MEMBERS = [
  ['webhook-id', 'webhookId'],
  ['producer', 'producer'],
  ['state', 'state'],
  ['attempts', 'attempts'],
  ['queued', 'queuedAt'],
  ['next attempt', 'nextAttemptAt'],
  ['ended', 'endedAt'],
  ['reason', 'failure'],
] as const;

/** `tollgate webhooks show REQUEST`: the message about a request. */
export async function showWebhook(context: CommandContext, requestId: string): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    url: `${settings.intakeUrl}/v1/webhooks/${encodeURIComponent(requestId)}`,
    key: required(settings, 'operatorKey'),
    signal: interrupted,
  });
  terminal.say(terminal.paint('bold', visible(`${answerText(answer, 'type')} ${requestId}`)));
  for (const [label, member] of MEMBERS) {
    const value = isJsonObject(answer) ? answer[member] : undefined;
    if (value !== undefined) terminal.say(`  ${label.padEnd(14)}${visible(String(value))}`);
  }
  const body = isJsonObject(answer) ? answer['body'] : undefined;
  if (body !== undefined)
    for (const line of JSON.stringify(body, null, 2).split('\n')) terminal.say(`  ${visible(line)}`);
  terminal.give(answer);
  return EXIT_CODE.done;
}
