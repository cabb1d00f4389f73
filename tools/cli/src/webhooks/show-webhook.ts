import { type CommandContext } from '../command.js';
import { answeredList } from '../connection/answered-list.js';
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

function linesOf(message: unknown): string[] {
  if (!isJsonObject(message)) return [];
  const { body } = message;
  return [
    ...MEMBERS.flatMap(([label, member]) => {
      const value = message[member];
      return value === undefined ? [] : [`${label.padEnd(14)}${String(value)}`];
    }),
    ...(body === undefined ? [] : JSON.stringify(body, null, 2).split('\n')),
  ];
}

/** `tollgate webhooks show REQUEST`: the messages about a request. */
export async function showWebhook(context: CommandContext, requestId: string): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    url: `${settings.intakeUrl}/v1/webhooks/${encodeURIComponent(requestId)}`,
    key: required(settings, 'operatorKey'),
    signal: interrupted,
  });
  for (const message of answeredList(answer).items) {
    terminal.say(terminal.paint('bold', visible(`${answerText(message, 'type')} ${requestId}`)));
    for (const line of linesOf(message)) terminal.say(`  ${visible(line)}`);
  }
  terminal.give(answer);
  return EXIT_CODE.done;
}
