import { type CommandContext } from '../command.js';
import { answerText } from '../connection/answer-text.js';
import { callService } from '../connection/call-service.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { required } from '../connection/required.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { timeText } from '../terminal/duration.js';
import { visible } from '../terminal/visible.js';

/**
 * A review as intake lists it, for people.
 * @throws CommandError for an answer that is no review
 */
export function reviewText(review: unknown): string[] {
  const text = (name: string): string => visible(answerText(review, name));
  const has = (name: string): boolean => isJsonObject(review) && typeof review[name] === 'string';
  const time = (name: string): string => timeText(new Date(answerText(review, name)));
  const standing = has('outcome') ? text('outcome') : has('dueAt') ? `due ${time('dueAt')}` : 'not asked yet';
  return [
    `${text('state')}  ${text('action')} in ${text('environment')}, by ${text('person')} on ${time('openedAt')}; ${standing}`,
    `  review      ${text('id')}`,
    `  request     ${text('request')}`,
    `  because     ${text('justification')}`,
  ];
}

/** `tollgate break-glass reviews`: who broke the glass, and whether others have looked at it. */
export async function listReviews(context: CommandContext, state: string | undefined): Promise<ExitCode> {
  const { settings, terminal, interrupted } = context;
  const answer = await callService({
    service: 'intake',
    url: `${settings.intakeUrl}/v1/break-glass/reviews${state === undefined ? '' : `?state=${encodeURIComponent(state)}`}`,
    key: required(settings, 'operatorKey'),
    signal: interrupted,
  });
  const items = isJsonObject(answer) && Array.isArray(answer['items']) ? answer['items'] : [];
  if (items.length === 0) terminal.say('There is none.');
  for (const item of items) for (const line of reviewText(item)) terminal.say(line);
  terminal.give(answer);
  return EXIT_CODE.done;
}
