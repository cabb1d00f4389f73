import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { table } from '../terminal/table.js';
import { visible } from '../terminal/visible.js';

const COLUMNS = ['state', 'from', 'to', 'begins', 'for', 'declared by', 'reason'].map(
  (heading) => [heading, 'left'] as const,
);

const text = (value: unknown): string => (typeof value === 'string' ? visible(value) : '');

function rowOf(item: unknown): string[] {
  if (!isJsonObject(item))
    throw new CommandError('notifier answered something that is no delegation', EXIT_CODE.failure);
  const { state, from, to, startsAt, endsAt, requestId, declaredBy, reason } = item;
  const scope = typeof requestId === 'string' ? `request ${visible(requestId)}` : `until ${text(endsAt)}`;
  return [text(state), text(from), text(to), text(startsAt), scope, text(declaredBy), text(reason)];
}

/** `tollgate delegations list`: who stands for whom, for operators; those that ended in the last 90 days included. */
export async function listDelegations(context: CommandContext): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'notifier',
    url: `${settings.notifierUrl}/v1/delegations`,
    key: required(settings, 'operatorKey'),
    signal: interrupted,
  });
  const items = isJsonObject(answer) && Array.isArray(answer['items']) ? answer['items'] : [];
  if (items.length === 0) terminal.say('Nobody stands for anybody.');
  else for (const line of table(COLUMNS, items.map(rowOf))) terminal.say(line);
  terminal.give(answer);
  return EXIT_CODE.done;
}
