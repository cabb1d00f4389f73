import { type Authentication } from '@tollgate/contracts';
import { type Instant, isoTime } from '../approval/approval.js';
import { HAS_WEBHOOK, milliseconds } from '../approval/approvals.store.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { type Answer, type Question } from './question.js';
import { type ClockChange } from './standing-clock.js';

interface QuestionRow {
  readonly request_id: string;
  readonly number: number;
  readonly step: number;
  readonly asked_by: string;
  readonly asked_of: string;
  readonly text: string;
  readonly asked_at: number;
  readonly authentication: Authentication;
  readonly view: string | null;
  readonly paused_until: number | null;
  readonly token_sha256: Buffer;
  readonly answered_by: string | null;
  readonly answer: string;
  readonly answered_at: number;
  readonly answer_authentication: Authentication;
  readonly answer_view: string;
}

const find = new Statement<QuestionRow>(
  'question_find',
  `SELECT question.request_id, question.number, step, asked_by, asked_of, question.text, ${milliseconds('asked_at')} AS asked_at,
          question.authentication, question.view, ${milliseconds('paused_until')} AS paused_until, token_sha256,
          answered_by, question_answer.text AS answer, ${milliseconds('answered_at')} AS answered_at,
          question_answer.authentication AS answer_authentication, question_answer.view AS answer_view
   FROM question LEFT JOIN question_answer USING (request_id, number)
   WHERE question.request_id = ANY ($1::uuid[]) ORDER BY question.request_id, question.number`,
);

const findByToken = new Statement<{ request_id: string; number: number }>(
  'question_find_by_token',
  'SELECT request_id, number FROM question WHERE token_sha256 = $1',
);

const insert = new Statement(
  'question_insert',
  `INSERT INTO question (request_id, number, step, asked_by, asked_of, text, asked_at, authentication, view,
                         paused_until, token_sha256)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);

const insertAnswer = new Statement(
  'question_insert_answer',
  `INSERT INTO question_answer (request_id, number, answered_by, text, answered_at, authentication, view)
   VALUES ($1, $2, $3, $4, $5, $6, $7)`,
);

// The row is written also where its clock goes on as it was: open pages look again at what changed.
const tell = new Statement(
  'question_tell_approval',
  `UPDATE approval SET
     questions = greatest(questions, $2::smallint),
     webhook_owed = webhook_owed OR $3::float8 IS NOT NULL AND ${HAS_WEBHOOK},
     deadline = CASE WHEN $3::float8 IS NULL THEN deadline ELSE $4::timestamptz END,
     stood_ms = coalesce($3::float8, stood_ms),
     paused_until = CASE WHEN $3::float8 IS NULL THEN paused_until ELSE $5::timestamptz END,
     remind_at = CASE WHEN $3::float8 IS NULL THEN remind_at ELSE $6::timestamptz END
   WHERE request_id = $1`,
);

const timeOrNull = (instant: Instant | undefined): string | null =>
  instant === undefined ? null : isoTime(instant);

const questionOf = (row: QuestionRow): Question => ({
  requestId: row.request_id,
  number: row.number,
  step: row.step,
  askedBy: row.asked_by,
  askedOf: row.asked_of,
  text: row.text,
  askedAt: row.asked_at,
  authentication: row.authentication,
  ...(row.view === null ? {} : { view: row.view }),
  ...(row.paused_until === null ? {} : { pausedUntil: row.paused_until }),
  tokenHash: row.token_sha256,
  ...(row.answered_by === null
    ? {}
    : {
        answer: {
          answeredBy: row.answered_by,
          text: row.answer,
          answeredAt: row.answered_at,
          authentication: row.answer_authentication,
          view: row.answer_view,
        },
      }),
});

/** The tables `question` and `question_answer`, which only grow. */
export const questions = {
  /** The questions on these requests, in the order in which they were asked; a request without any is missing. */
  async find(on: RunsOn, requestIds: readonly string[]): Promise<Map<string, Question[]>> {
    if (requestIds.length === 0) return new Map();
    const rows = await find.run(on, requestIds);
    return Map.groupBy(rows.map(questionOf), ({ requestId }) => requestId);
  },

  /** Which question a link answers; undefined for a token that was never given out. */
  async findByToken(
    on: RunsOn,
    tokenHash: Buffer,
  ): Promise<Pick<Question, 'requestId' | 'number'> | undefined> {
    const [row] = await findByToken.run(on, tokenHash);
    return row === undefined ? undefined : { requestId: row.request_id, number: row.number };
  },

  /** Adds a question on an approval that this transaction has locked. */
  async insert(tx: RunsOn, question: Question): Promise<void> {
    await insert.run(
      tx,
      question.requestId,
      question.number,
      question.step,
      question.askedBy,
      question.askedOf,
      question.text,
      isoTime(question.askedAt),
      question.authentication,
      question.view ?? null,
      timeOrNull(question.pausedUntil),
      question.tokenHash,
    );
  },

  /** Adds the answer to a question on an approval that this transaction has locked. */
  async insertAnswer(
    tx: RunsOn,
    { requestId, number }: Pick<Question, 'requestId' | 'number'>,
    { answeredBy, text, answeredAt, authentication, view }: Answer,
  ): Promise<void> {
    await insertAnswer.run(
      tx,
      requestId,
      number,
      answeredBy,
      text,
      isoTime(answeredAt),
      authentication,
      view,
    );
  },

  /**
   * Says on the row of a locked approval that so many questions were asked on it, or that one is answered.
   * @param clock how its clock goes on, where that changes
   */
  async tellApproval(
    tx: RunsOn,
    requestId: string,
    count: number,
    clock: ClockChange | undefined,
  ): Promise<void> {
    await tell.run(
      tx,
      requestId,
      count,
      clock?.stoodMs ?? null,
      timeOrNull(clock?.deadline),
      timeOrNull(clock?.pausedUntil),
      timeOrNull(clock?.remindAt),
    );
  },
};
