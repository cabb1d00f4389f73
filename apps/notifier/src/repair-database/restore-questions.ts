import { type QuestionAnswered, type QuestionAsked } from '@tollgate/contracts';
import { type EntityManager } from 'typeorm';
import { Statement } from '../database/statement.js';
import { type ReviewTokens, tokenHash } from '../send-mail/review-token.js';

const ask = new Statement(
  'restore_question',
  `WITH asked AS (
     INSERT INTO question (request_id, number, step, asked_by, asked_of, text, asked_at, authentication, paused_until, token_sha256)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE EXISTS (SELECT FROM approval WHERE request_id = $1)
     ON CONFLICT DO NOTHING
   )
   UPDATE approval SET questions = greatest(questions, $2),
     deadline = CASE WHEN status = 'pending' THEN $11 ELSE deadline END,
     paused_until = CASE WHEN status = 'pending' THEN $9 ELSE paused_until END
   WHERE request_id = $1 AND questions < $2`,
);
/** By which view of a page it was answered is on no topic. */
const answer = new Statement(
  'restore_answer',
  `WITH answered AS (
     INSERT INTO question_answer (request_id, number, answered_by, text, answered_at, authentication, view)
     SELECT $1, $2, $3, $4, $5, $6, '' WHERE EXISTS (SELECT FROM question WHERE request_id = $1 AND number = $2)
     ON CONFLICT DO NOTHING RETURNING request_id
   )
   UPDATE approval SET deadline = $7, paused_until = NULL FROM answered
   WHERE approval.request_id = answered.request_id AND status = 'pending'`,
);

/** Puts questions on record that are not; the clock of what waits stands or goes on as each said. */
export async function restoreQuestions(
  tx: EntityManager,
  tokens: ReviewTokens,
  asked: readonly QuestionAsked[],
): Promise<void> {
  for (const question of asked) {
    const {
      requestId,
      number,
      step,
      askedBy,
      askedOf,
      text,
      askedAt,
      authentication,
      pausedUntil,
      deadline,
    } = question;
    const token = tokenHash(tokens.answerToken(requestId, number));
    await ask.run(
      tx,
      ...[requestId, number, step, askedBy, askedOf, text, askedAt, authentication],
      ...[pausedUntil ?? null, token, deadline],
    );
  }
}

/** Puts answers on record that are not. */
export async function restoreAnswers(tx: EntityManager, given: readonly QuestionAnswered[]): Promise<void> {
  for (const { requestId, number, answeredBy, text, answeredAt, authentication, deadline } of given)
    await answer.run(tx, requestId, number, answeredBy, text, answeredAt, authentication, deadline);
}
