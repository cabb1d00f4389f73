import { type Authentication, MAX_QUESTIONS } from '@tollgate/contracts';
import { type Approval, type Instant } from '../approval/approval.js';
import { type IsActive } from '../approval/judge-step.js';
import { SIGN_IN_RECENT_MS, signInObstacle } from '../cast-vote/sign-in-obstacle.js';
import { type Question } from './question.js';
import { type ClockChange, pauseClock } from './standing-clock.js';

/** What somebody wants to know before they decide. */
export interface NewQuestion {
  readonly requestId: string;
  readonly person: string;
  readonly text: string;
  readonly authentication: Authentication;
  /** Of the sign-in behind `authentication`; a link has none. */
  readonly signedInAt?: Instant;
  /** The hash of the one-time value of the page view by which it is asked. */
  readonly view?: string;
}

/** Why a question is not asked; nothing goes on record then. */
export type QuestionRefusal =
  | 'closed'
  | 'late'
  | 'not-asked'
  | 'inactive'
  | 'sign-in'
  | 'sign-in-old'
  | 'view-used'
  | 'too-many'
  | 'nobody-answers';

/** What becomes of a question. */
export type QuestionJudgement =
  | {
      readonly kind: 'asked';
      readonly number: number;
      readonly askedOf: string;
      /** How the clock goes on, where that changes. */
      readonly clock?: ClockChange;
    }
  /** It was asked already, by the same form or in the same words: nothing new goes on record. */
  | { readonly kind: 'repeated'; readonly question: Question }
  | { readonly kind: 'refused'; readonly why: QuestionRefusal };

/** What a question is judged by. */
export interface QuestionFacts {
  readonly now: Instant;
  readonly isActive: IsActive;
  /** Who can be reached to answer it: the requester, or else the owner. */
  readonly askedOf?: string;
  /** How long ago a sign-in may be where the policy asks for one, in milliseconds; default `SIGN_IN_RECENT_MS`. */
  readonly recentMs?: number;
}

/** The same question, sent again: by the same form, or the same words while they wait for an answer. */
const isAgain = (question: Question, { person, text, view }: NewQuestion): boolean =>
  question.askedBy === person &&
  question.text === text &&
  (view === undefined ? question.answer === undefined : question.view === view);

/**
 * Judges a question. Whoever is asked now may ask, until it is decided; it takes a sign-in where deciding does, but no
 * passkey, as it decides nothing.
 * @param earlier the questions on the request so far
 */
export function judgeQuestion(
  approval: Approval,
  earlier: readonly Question[],
  question: NewQuestion,
  { now, isActive, askedOf, recentMs = SIGN_IN_RECENT_MS }: QuestionFacts,
): QuestionJudgement {
  const refused = (why: QuestionRefusal): QuestionJudgement => ({ kind: 'refused', why });
  const { person, view } = question;
  const again = earlier.find((one) => isAgain(one, question));
  if (again !== undefined) return { kind: 'repeated', question: again };
  if (!(approval.asked ?? []).includes(person)) return refused('not-asked');
  if (!isActive(person)) return refused('inactive');
  if (approval.status === 'closed') return refused('closed');
  if (approval.deadline === undefined || now >= approval.deadline) return refused('late');
  const { signIn } = approval.file.route;
  const unsure = signInObstacle(signIn === 'passkey' ? 'signed-in' : signIn, question, now, recentMs);
  if (unsure !== undefined) return refused(unsure);
  if (view !== undefined && earlier.some((one) => one.view === view)) return refused('view-used');
  if (earlier.length >= MAX_QUESTIONS) return refused('too-many');
  if (askedOf === undefined) return refused('nobody-answers');
  const clock = pauseClock(approval, now);
  return { kind: 'asked', number: earlier.length + 1, askedOf, ...(clock === undefined ? {} : { clock }) };
}
