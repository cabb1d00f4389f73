import { answerText } from '../connection/answer-text.js';
import { isJsonObject } from '../connection/is-json-object.js';
import { timeText } from '../terminal/duration.js';
import { visible } from '../terminal/visible.js';

const field = (label: string, value: string): string => `  ${label.padEnd(12)}${visible(value)}`;

/**
 * A release as intake shows it, for people.
 * @throws CommandError for an answer that is no release
 */
export function releaseText(answer: unknown): string[] {
  const has = (name: string): boolean =>
    isJsonObject(answer) && typeof answer[name] === 'string' && answer[name] !== '';
  const time = (name: string): string => timeText(new Date(answerText(answer, name)));
  return [
    `Release ${visible(answerText(answer, 'id'))}: ${visible(answerText(answer, 'state'))}`,
    field('request', answerText(answer, 'requestId')),
    field('audience', answerText(answer, 'audience')),
    field('content', `SHA-256 ${answerText(answer, 'contentHash')}`),
    ...(has('expiresAt') ? [field('valid until', time('expiresAt'))] : []),
    ...(has('redeemedAt') ? [field('redeemed', time('redeemedAt'))] : []),
    ...(has('endedAt') ? [field('ended', `${time('endedAt')} by ${answerText(answer, 'endedBy')}`)] : []),
    ...(has('reason') ? [field('reason', answerText(answer, 'reason'))] : []),
  ];
}
