import { type OutboxRelay } from '@tollgate/messaging';
import { isActive } from '@tollgate/policy';
import { type FreeTexts } from '@tollgate/secrets';
import { type Instant } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { type PolicySource, rulingNow, rulingPolicy } from '../approval/ruling-policy.js';
import { type ApprovalFeed } from '../approvals-api/approval-feed.js';
import { MAX_REASON } from '../cast-vote/reason.js';
import { votes } from '../cast-vote/votes.store.js';
import { contacts } from '../contacts/contacts.store.js';
import { mailQueue } from '../send-mail/mail-queue.store.js';
import { mayBeMailed } from '../send-mail/may-be-mailed.js';
import { type ReviewTokens, tokenHash } from '../send-mail/review-token.js';
import { judgeQuestion, type NewQuestion, type QuestionRefusal } from './judge-question.js';
import { questionNews } from './question-news.js';
import { questionRecord } from './question-record.js';
import { type Question } from './question.js';
import { questions } from './questions.store.js';
import { type ClockChange } from './standing-clock.js';

/** What asking needs. */
export interface AskQuestionsParts {
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  readonly feed: ApprovalFeed;
  /** Cuts secrets out of questions. */
  readonly texts: Pick<FreeTexts, 'text'>;
  readonly tokens: ReviewTokens;
  /** How long ago a sign-in may be where the policy asks for one, in milliseconds. */
  readonly recentMs: number;
  /** Told after the commit when a mail was queued. */
  readonly onQueued: () => void;
}

/** What the one who asks is told. */
export type QuestionOutcome =
  /** `isNew` is false where it was asked before. */
  | {
      readonly kind: 'asked';
      readonly isNew: boolean;
      readonly question: Question;
      /** Of the step by now. */
      readonly deadline: Instant;
    }
  | { readonly kind: 'refused'; readonly why: QuestionRefusal }
  | { readonly kind: 'not-open' };

/** A change of an approval's clock, taken in. */
export const withClock = <T extends object>(approval: T, clock: ClockChange | undefined): T =>
  clock === undefined
    ? approval
    : {
        ...approval,
        stoodMs: clock.stoodMs,
        pausedUntil: clock.pausedUntil,
        deadline: clock.deadline,
      };

/** Takes questions to requesters in, from whichever path they come. */
export class AskQuestions {
  constructor(private readonly parts: AskQuestionsParts) {}

  /**
   * Asks the requester: on record, by mail, and with the clock stopped where the policy says so, all in one transaction.
   * @throws TransientError while no policy rules; the database's error when it is away
   */
  async ask(given: NewQuestion): Promise<QuestionOutcome> {
    const { relay, policy, feed, texts, tokens, recentMs, onQueued } = this.parts;
    const { requestId, person } = given;
    const place = { field: 'question', scope: requestId, longest: MAX_REASON } as const;
    const asked = { ...given, text: await texts.text(given.text, place) };
    const known = await rulingPolicy(policy, 1);
    const { outcome, news } = await relay.transaction(async (tx, publish) => {
      const [row] = await approvals.lock(tx, [requestId]);
      if (row === undefined) return { outcome: { kind: 'not-open' as const } };
      const approval = approvalOf(row);
      const { requester, owner } = approval.file.request;
      const reachable = await contacts.find(tx, [requester, owner]);
      const earlier = (await questions.find(tx, row.questions > 0 ? [requestId] : [])).get(requestId) ?? [];
      const ruling = rulingNow(policy, known).policy;
      const askedOf = [requester, owner].find(
        (one) => reachable.has(one) && mayBeMailed(ruling, { kind: 'question', person: one }),
      );
      const judged = judgeQuestion(approval, earlier, asked, {
        now: row.now,
        isActive: (one) => isActive(ruling, one),
        recentMs,
        ...(askedOf === undefined ? {} : { askedOf }),
      });
      const deadline = row.deadline ?? row.now;
      if (judged.kind === 'refused') return { outcome: judged };
      if (judged.kind === 'repeated')
        return { outcome: { kind: 'asked' as const, isNew: false, question: judged.question, deadline } };
      const { number, clock } = judged;
      const question: Question = {
        ...{ requestId, number, step: approval.step, askedBy: person, askedOf: judged.askedOf },
        ...{ text: asked.text, askedAt: row.now, authentication: asked.authentication },
        ...(asked.view === undefined ? {} : { view: asked.view }),
        ...(clock?.pausedUntil === undefined ? {} : { pausedUntil: clock.pausedUntil }),
        tokenHash: tokenHash(tokens.answerToken(requestId, number)),
      };
      await questions.insert(tx, question);
      await questions.tellApproval(tx, requestId, number, clock);
      await mailQueue.queue(tx, [
        { requestId, person: judged.askedOf, kind: 'question', step: approval.step, number },
      ]);
      const now = withClock(approval, clock);
      publish([questionRecord(approval, question, now.deadline ?? deadline)]);
      const cast = await votes.find(tx, row.votes > 0 ? [requestId] : []);
      const said = (cast.get(requestId) ?? []).map(({ vote }) => vote);
      return {
        outcome: {
          kind: 'asked' as const,
          isNew: true,
          question,
          deadline: now.deadline ?? deadline,
        },
        news: questionNews(now, [...earlier, question], said, row.now),
      };
    });
    if (news !== undefined) {
      feed.publish([news]);
      onQueued();
    }
    return outcome;
  }
}
