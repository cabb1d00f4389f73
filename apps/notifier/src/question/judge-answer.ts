import { type Approval, type Instant } from '../approval/approval.js';
import { type Answer, type Question } from './question.js';
import { type ClockChange, resumeClock } from './standing-clock.js';

/** Why an answer is not taken; nothing goes on record then. */
export type AnswerRefusal = 'closed' | 'late' | 'answered';

/** What becomes of an answer. */
export type AnswerJudgement =
  /** It goes on record; `clock` says how the clock goes on, where that changes. */
  | { readonly kind: 'answered'; readonly clock?: ClockChange }
  /** The same form again. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refused'; readonly why: AnswerRefusal };

/**
 * Judges an answer. There is one to a question, until the request is decided.
 * @param asked every question on the request, with `question` among them
 */
export function judgeAnswer(
  approval: Approval,
  asked: readonly Question[],
  question: Question,
  { text, view }: Pick<Answer, 'text' | 'view'>,
  now: Instant,
): AnswerJudgement {
  const { answer } = question;
  if (answer !== undefined)
    return answer.view === view && answer.text === text
      ? { kind: 'repeated' }
      : { kind: 'refused', why: 'answered' };
  if (approval.status === 'closed') return { kind: 'refused', why: 'closed' };
  if (approval.deadline === undefined || now >= approval.deadline) return { kind: 'refused', why: 'late' };
  const others = asked.flatMap((other) =>
    other.number !== question.number &&
    other.step === approval.step &&
    other.answer === undefined &&
    other.pausedUntil !== undefined
      ? [other.pausedUntil]
      : [],
  );
  const clock = question.step === approval.step ? resumeClock(approval, now, others) : undefined;
  return { kind: 'answered', ...(clock === undefined ? {} : { clock }) };
}
