import { type QuestionDocument } from '@tollgate/contracts';
import { isoTime } from '../approval/approval.js';
import { type Question } from './question.js';

/** A question as approvers' lists and streams show it. */
export const questionDocument = ({
  number,
  askedBy,
  askedOf,
  text,
  askedAt,
  pausedUntil,
  answer,
}: Question): QuestionDocument => ({
  number,
  askedBy,
  askedOf,
  question: text,
  askedAt: isoTime(askedAt),
  ...(pausedUntil === undefined ? {} : { pausedUntil: isoTime(pausedUntil) }),
  ...(answer === undefined
    ? {}
    : { answeredBy: answer.answeredBy, answer: answer.text, answeredAt: isoTime(answer.answeredAt) }),
});
