import { type CommandContext } from '../command.js';
import { CommandError } from '../command-error.js';
import { answeredList } from '../connection/answered-list.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { table } from '../terminal/table.js';
import { visible } from '../terminal/visible.js';

const COLUMNS = [
  ['request', 'left'],
  ['producer', 'left'],
  ['type', 'left'],
  ['given up', 'left'],
  ['attempts', 'right'],
  ['reason', 'left'],
] as const;
const PAGE = 200;
/** More than anybody reads; `--producer` narrows it. */
const MAX_PAGES = 25;

const text = (value: unknown): string => (typeof value === 'string' ? visible(value) : String(value ?? ''));

function rowOf(item: unknown): string[] {
  if (!isJsonObject(item))
    throw new CommandError('intake answered something that is no message', EXIT_CODE.failure);
  const { requestId, producer, type, endedAt, attempts, failure } = item;
  return [requestId, producer, type, endedAt, attempts, failure].map(text);
}

/** `tollgate webhooks list`: what producers could not be told and will not be, unless somebody sends it again. */
export async function listWebhooks(context: CommandContext, producer: string | undefined): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const items: unknown[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES && (page === 0 || cursor !== undefined); page += 1) {
    const query = new URLSearchParams({
      limit: String(PAGE),
      ...(producer === undefined ? {} : { producer }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const answer = await callService({
      service: 'intake',
      url: `${settings.intakeUrl}/v1/webhooks?${query.toString()}`,
      key: required(settings, 'operatorKey'),
      signal: interrupted,
    });
    const list = answeredList(answer);
    items.push(...list.items);
    cursor = list.next;
  }
  if (items.length === 0) terminal.say('Nothing was given up.');
  else for (const line of table(COLUMNS, items.map(rowOf))) terminal.say(line);
  if (cursor !== undefined) terminal.warn(`There are more than these ${items.length}.`);
  terminal.give({ items });
  return EXIT_CODE.done;
}
