import { type OutboxRelay } from '@tollgate/messaging';
import { type FreeTexts } from '@tollgate/secrets';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { type ApprovalFeed } from '../approvals-api/approval-feed.js';
import { MAX_REASON } from '../cast-vote/reason.js';
import { votes } from '../cast-vote/votes.store.js';
import { mailQueue } from '../send-mail/mail-queue.store.js';
import { withClock } from './ask-questions.js';
import { type AnswerRefusal, judgeAnswer } from './judge-answer.js';
import { questionNews } from './question-news.js';
import { answerRecord } from './question-record.js';
import { type Answer, type Question } from './question.js';
import { questions } from './questions.store.js';

/** What answering needs. */
export interface AnswerQuestionsParts {
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly feed: ApprovalFeed;
  /** Cuts secrets out of answers. */
  readonly texts: Pick<FreeTexts, 'text'>;
  /** Told after the commit when mails were queued; in how many milliseconds the step's time is over by then. */
  readonly onQueued: (milliseconds: number) => void;
}

/** What somebody answers to a question. */
export interface NewAnswer extends Omit<Answer, 'answeredAt'> {
  readonly requestId: string;
  /** Of the question. */
  readonly number: number;
}

/** What the one who answers is told. */
export type AnswerOutcome =
  { readonly kind: 'answered' } | { readonly kind: 'refused'; readonly why: AnswerRefusal };

/** Takes answers in. */
export class AnswerQuestions {
  constructor(private readonly parts: AnswerQuestionsParts) {}

  /**
   * Answers a question: on record, by mail to all who are asked, and the clock goes on, all in one transaction.
   * @throws the database's error when it is away
   */
  async answer({ requestId, number, ...given }: NewAnswer): Promise<AnswerOutcome> {
    const { relay, feed, texts, onQueued } = this.parts;
    const place = { field: 'answer', scope: requestId, longest: MAX_REASON } as const;
    const said = { ...given, text: await texts.text(given.text, place) };
    const { outcome, told } = await relay.transaction(async (tx, publish) => {
      const [row] = await approvals.lock(tx, [requestId]);
      const asked = (await questions.find(tx, [requestId])).get(requestId) ?? [];
      const question = asked.find((one) => one.number === number);
      if (row === undefined || question === undefined)
        throw new Error(`question ${number} on request ${requestId} was found and is gone`);
      const approval = approvalOf(row);
      const judged = judgeAnswer(approval, asked, question, said, row.now);
      if (judged.kind === 'refused') return { outcome: judged };
      if (judged.kind === 'repeated') return { outcome: { kind: 'answered' as const } };
      const answer: Answer = { ...said, answeredAt: row.now };
      await questions.insertAnswer(tx, question, answer);
      await questions.tellApproval(tx, requestId, row.questions, judged.clock);
      await mailQueue.queue(
        tx,
        row.approvers.map((person) => ({ requestId, person, kind: 'answer', step: row.step, number })),
      );
      const after = withClock(approval, judged.clock);
      const deadline = after.deadline ?? row.now;
      publish([answerRecord(approval, number, answer, deadline)]);
      const cast = await votes.find(tx, row.votes > 0 ? [requestId] : []);
      const all = asked.map((one): Question => (one.number === number ? { ...one, answer } : one));
      return {
        outcome: { kind: 'answered' as const },
        told: {
          news: questionNews(
            after,
            all,
            (cast.get(requestId) ?? []).map(({ vote }) => vote),
            row.now,
          ),
          wait: deadline - row.now,
        },
      };
    });
    if (told !== undefined) {
      feed.publish([told.news]);
      onQueued(told.wait);
    }
    return outcome;
  }
}
