import { MAX_QUESTIONS } from '@tollgate/contracts';
import { forbidden, Problem } from '@tollgate/runtime';
import { type QuestionRefusal } from './judge-question.js';

/** Why a question was not asked, in a sentence or two for the person. */
export const QUESTION_FAULTS: Readonly<Record<QuestionRefusal, string>> = {
  closed: 'The request was decided meanwhile, so your question was not sent.',
  late: 'The time to decide is over, so your question was not sent.',
  'not-asked': 'This request does not ask you now, so your question was not sent.',
  inactive: 'You are not active in the directory, so your question was not sent.',
  'sign-in': 'This request asks for a sign-in, so your question was not sent. Sign in, and ask then.',
  'sign-in-old': 'You signed in too long ago, so your question was not sent. Sign in again, and ask then.',
  'view-used':
    'A question was asked from this page already, and that one was sent. Look again, and ask once more below if you have another one.',
  'too-many': `There may be ${MAX_QUESTIONS} questions on a request, and that many were asked; yours was not sent. Decide by what is known, or speak with the requester.`,
  'nobody-answers':
    'Neither the requester nor the owner can be reached by mail, so your question was not sent.',
};

const CODE: Readonly<Partial<Record<QuestionRefusal, readonly [status: number, title: string]>>> = {
  closed: [409, 'The question came too late'],
  late: [409, 'The question came too late'],
  'sign-in': [403, 'A sign-in is needed'],
  'sign-in-old': [403, 'A more recent sign-in is needed'],
  'too-many': [429, 'Too many questions'],
  'nobody-answers': [409, 'Nobody can be asked'],
};

/**
 * The refusal that somebody who asks gets over the API; nothing is on record then.
 * @param recentMs how long ago a sign-in may be where the policy asks for one, in milliseconds
 */
export function questionProblem(why: QuestionRefusal, recentMs: number): Problem {
  const detail = QUESTION_FAULTS[why];
  const [status, title] = CODE[why] ?? [403, ''];
  if (title === '') return forbidden(detail);
  // RFC 9470.
  const challenge = `Bearer error="insufficient_user_authentication", max_age=${Math.floor(recentMs / 1000)}`;
  return new Problem(status, why === 'closed' || why === 'late' ? 'too-late' : why, title, {
    detail,
    ...(why === 'sign-in-old' || why === 'sign-in' ? { headers: { 'www-authenticate': challenge } } : {}),
  });
}
