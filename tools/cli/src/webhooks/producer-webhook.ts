import { type CommandContext } from '../command.js';
import { answerText } from '../connection/answer-text.js';
import { callService, type ServiceCall } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { timeText } from '../terminal/duration.js';
import { visible } from '../terminal/visible.js';

/** What is to become of a producer's webhook; nothing unless one of them is given. */
export interface WebhookWish {
  readonly url?: string;
  readonly newSecret?: boolean;
  readonly remove?: boolean;
}

function callOf({
  url,
  newSecret,
  remove,
}: WebhookWish): Pick<ServiceCall, 'method' | 'body'> & { tail: string } {
  if (url !== undefined) return { method: 'PUT', body: { url }, tail: '' };
  if (newSecret === true) return { method: 'POST', tail: '/secret' };
  return { method: remove === true ? 'DELETE' : 'GET', tail: '' };
}

function linesOf(name: string, { url, newSecret, remove }: WebhookWish, answer: unknown): string[] {
  const has = (member: string): boolean => isJsonObject(answer) && answer[member] !== undefined;
  const time = (member: string): string => timeText(new Date(answerText(answer, member)));
  const until = has('previousSecretUntil')
    ? [`The secret before it signs as well until ${time('previousSecretUntil')}.`]
    : [];
  const secret = has('secret')
    ? [`  secret  ${answerText(answer, 'secret')}`, 'Keep the secret now: it cannot be shown again.']
    : [];
  if (url !== undefined && secret.length === 0)
    return [`${name} is told at the new address; the secret stays as it was.`];
  if (url !== undefined) return [`${name} is told when its requests come to their end.`, ...secret];
  if (newSecret === true) return [`The webhook of ${name} has another secret.`, ...secret, ...until];
  if (remove === true) return [`${name} is told no more.`];
  const count = (member: string): string => String(isJsonObject(answer) ? answer[member] : '');
  return [
    `${name} is told at ${visible(answerText(answer, 'url'))}`,
    `  set       ${time('setAt')} by ${visible(answerText(answer, 'setBy'))}`,
    `  waiting   ${count('waiting')}`,
    `  given up  ${count('givenUp')}`,
    ...until,
  ];
}

/**
 * `tollgate producers webhook NAME [--url URL | --new-secret | --remove]`: where a producer is told what becomes of its
 * requests. A new secret is shown this once.
 */
export async function producerWebhook(
  context: CommandContext,
  name: string,
  wish: WebhookWish,
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const { tail, ...call } = callOf(wish);
  const answer = await callService({
    service: 'intake',
    url: `${settings.intakeUrl}/v1/producers/${encodeURIComponent(name)}/webhook${tail}`,
    key: required(settings, 'operatorKey'),
    signal: interrupted,
    ...call,
  });
  for (const line of linesOf(name, wish, answer)) terminal.say(line);
  terminal.give(answer);
  return EXIT_CODE.done;
}
