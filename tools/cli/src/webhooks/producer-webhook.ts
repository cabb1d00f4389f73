import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
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
  /** With `url`: it is told on the way as well. */
  readonly changes?: boolean;
  readonly test?: boolean;
  readonly newSecret?: boolean;
  readonly remove?: boolean;
}

function callOf({
  url,
  changes,
  test,
  newSecret,
  remove,
}: WebhookWish): Pick<ServiceCall, 'method' | 'body'> & { tail: string } {
  if (url !== undefined) return { method: 'PUT', body: { url, changes: changes === true }, tail: '' };
  if (test === true) return { method: 'POST', tail: '/test' };
  if (newSecret === true) return { method: 'POST', tail: '/secret' };
  return { method: remove === true ? 'DELETE' : 'GET', tail: '' };
}

const what = (changes: unknown): string =>
  changes === true
    ? 'when its requests come to their end, and on the way'
    : 'when its requests come to their end';

function linesOf(name: string, { url, test, newSecret, remove }: WebhookWish, answer: unknown): string[] {
  const valueOf = (member: string): unknown => (isJsonObject(answer) ? answer[member] : undefined);
  const has = (member: string): boolean => valueOf(member) !== undefined;
  const time = (member: string): string => timeText(new Date(answerText(answer, member)));
  const until = has('previousSecretUntil')
    ? [`The secret before it signs as well until ${time('previousSecretUntil')}.`]
    : [];
  const secret = has('secret')
    ? [`  secret  ${answerText(answer, 'secret')}`, 'Keep the secret now: it cannot be shown again.']
    : [];
  if (url !== undefined && secret.length === 0)
    return [`${name} is told at this address ${what(valueOf('changes'))}; the secret stays as it was.`];
  if (url !== undefined) return [`${name} is told ${what(valueOf('changes'))}.`, ...secret];
  if (test === true) {
    const id = visible(answerText(answer, 'webhookId'));
    return valueOf('delivered') === true ? [`${name} took the message ${id}.`] : [];
  }
  if (newSecret === true) return [`The webhook of ${name} has another secret.`, ...secret, ...until];
  if (remove === true) return [`${name} is told no more.`];
  const count = (member: string): string => String(valueOf(member) ?? '');
  const resting = has('restsUntil') ? [`  rests     until ${time('restsUntil')}, as its receiver asks`] : [];
  return [
    has('url')
      ? `${name} is told at ${visible(answerText(answer, 'url'))}, ${what(valueOf('changes'))}`
      : `${name} is told nothing: the key that sealed its address is not in PRODUCER_WEBHOOK_KEY_FILE. Set it anew.`,
    `  set       ${time('setAt')} by ${visible(answerText(answer, 'setBy'))}`,
    `  waiting   ${count('waiting')}`,
    `  given up  ${count('givenUp')}`,
    ...resting,
    ...until,
  ];
}

/**
 * `tollgate producers webhook NAME [--url URL [--changes] | --test | --new-secret | --remove]`: where a producer is told what
 * becomes of its requests. A new secret is shown this once.
 * @returns failure where a test was not taken
 */
export async function producerWebhook(
  context: CommandContext,
  name: string,
  wish: WebhookWish,
): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  if (wish.changes === true && wish.url === undefined)
    throw new CommandError('--changes needs --url: both are said together.', EXIT_CODE.usage);
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
  if (wish.test !== true || (isJsonObject(answer) && answer['delivered'] === true)) return EXIT_CODE.done;
  terminal.warn(`${name} did not take the message: ${visible(answerText(answer, 'failure'))}`);
  return EXIT_CODE.failure;
}
