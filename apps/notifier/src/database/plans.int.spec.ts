import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as servers from '@tollgate/servers';
import { WaitingApprovals } from '../approvals-api/waiting-approvals.js';
import { contacts } from '../contacts/contacts.store.js';
import { FireReminders } from '../fire-timer/fire-reminders.js';
import { INBOX_LISTS } from '../inbox/inbox-query.js';
import { ReadInbox } from '../inbox/read-inbox.js';
import { LiveReviews } from '../live-review/live-reviews.js';
import { AnswerQuestions } from '../question/answer-questions.js';
import { AskQuestions } from '../question/ask-questions.js';
import { FindAnswerPage } from '../question/find-answer-page.js';
import { ResendLinks } from '../resend/resend-links.js';
import { FindReview } from '../review-page/find-review.js';
import { mailDigests } from '../send-mail/mail-digests.store.js';
import { mailQueue } from '../send-mail/mail-queue.store.js';
import { owedMails } from '../send-mail/owed-mails.store.js';
import { reviewLinks } from '../send-mail/review-links.store.js';
import { ReviewTokens } from '../send-mail/review-token.js';
import { aFile, aStep } from '../testing/routes.js';
import { type TestProcess, TestStore } from '../testing/test-store.js';
import { WEBHOOK_SESSION, webhookQueue } from '../webhook/webhook-queue.store.js';
import { TEST_TEXTS } from '../testing/test-texts.js';

jest.setTimeout(60_000);

let store: TestStore;
let notifier: TestProcess;

beforeAll(async () => {
  store = await TestStore.create('plans', servers);
  notifier = await store.process(WEBHOOK_SESSION);
});
afterAll(() => store.drop());

const TOKEN = 'A'.repeat(43);

/** A question on an approval, its answer, and the mail that asks sent again. */
async function useQuestions(requestId: string): Promise<void> {
  const { dataSource, relay, feed } = notifier;
  const { policy } = store;
  const tokens = new ReviewTokens('a secret of at least thirty-two characters');
  const parts = { relay, feed, texts: TEST_TEXTS, policy, tokens, recentMs: 1, onQueued: () => undefined };
  const asked = { requestId, person: 'erin', text: 'Why?', authentication: 'link' as const };
  await new AskQuestions(parts).ask(asked);
  await new FindAnswerPage(dataSource).find(tokens.answerToken(requestId, 1));
  const answer = { answeredBy: 'alice', text: 'So.', view: 'v', authentication: 'link' as const };
  await new AnswerQuestions(parts).answer({ requestId, number: 1, ...answer });
  await new ResendLinks({ dataSource, policy, onQueued: () => undefined }).resend(requestId);
}

async function useWebhook(): Promise<void> {
  const { dataSource } = notifier;
  await webhookQueue.queueOwed(dataSource, 2);
  const claimed = await webhookQueue.claim(dataSource, 2);
  await webhookQueue.settle(
    dataSource,
    claimed.map((notice) => ({ notice, result: { kind: 'sent' } })),
  );
}

/** Every statement of the service, planned while its tables are empty, and often enough to be planned for good. */
async function useEverything(): Promise<void> {
  const { dataSource } = notifier;
  const review = new FindReview(dataSource);
  const live = new LiveReviews(dataSource, notifier.logger);
  const waiting = new WaitingApprovals(dataSource);
  const inbox = new ReadInbox(dataSource);
  const reminders = new FireReminders({ dataSource, policy: store.policy, onQueued: () => undefined });
  const alice = { name: 'Alice', email: 'alice@example.test', zone: 'UTC' };
  await contacts.put(dataSource, new Map([['alice', alice]]));
  for (let round = 0; round < 8; round += 1) {
    const [first, second, third] = [aFile({ plan: [aStep(['erin', 'bob'])] }), aFile(), aFile()];
    await notifier.open(first, second, third);
    await notifier.open(first);
    await reviewLinks.put(dataSource, [
      { requestId: first.request.id, person: 'erin', tokenHash: Buffer.from(first.request.id) },
    ]);
    await review.find(TOKEN);
    await new Promise<void>((resolve) => {
      const end = live.watch(first.request.id, TOKEN, async () => {
        end?.();
        resolve();
      });
    });
    await useQuestions(first.request.id);
    await useWebhook();
    await waiting.page('erin', 50);
    for (const list of INBOX_LISTS) {
      for (const filter of [{}, { risk: 'high' as const }, { requester: 'ci' }])
        await inbox.page('erin', { list, filter, faults: [] }, 50);
    }
    await owedMails.queueAsked(dataSource, 1);
    await dataSource.transaction(async (tx) => {
      const claimed = await mailQueue.claim(tx, 2);
      await mailDigests.windows(tx, ['erin', 'bob'], 9);
      const held = { person: 'erin', number: round + 1, mails: 1, more: 0, dueAt: 0 };
      await mailDigests.hold(tx, [held]);
      await mailQueue.settle(
        tx,
        claimed.map((mail, index) => ({
          mail,
          result:
            index === 0
              ? { kind: 'held', digest: held.number }
              : { kind: 'sent', messageId: `<${mail.requestId}.${mail.kind}.${mail.person}>`, sentAt: 0 },
        })),
      );
    });
    await mailDigests.seal(dataSource, 1);
    await dataSource.transaction(async (tx) => {
      for (const digest of await mailDigests.claim(tx, 1)) {
        await mailQueue.claimHeld(tx, digest.person, digest.number);
        await mailDigests.settle(tx, digest, { kind: 'skipped' });
      }
    });
    await store.admin('UPDATE approval SET remind_at = clock_timestamp() WHERE request_id = $1', [
      first.request.id,
    ]);
    await reminders.fireDue();
    await mailQueue.retryWithoutContact(dataSource);
    await notifier.vote(first.request.id, 'bob', 'abstain');
    await notifier.vote(first.request.id, 'erin', 'approve');
    await notifier.withdraw(second.request.id);
    await store.makeDue(third.request.id);
    await notifier.timers.fireDue();
    await notifier.timers.untilNext(dataSource);
    await owedMails.queueNews(dataSource, 2);
    await notifier.judgeAgain.all(store.policy.current());
  }
}

interface Scans {
  readonly table: string;
  readonly whole: number;
  readonly byIndex: number;
}

// A connection reports its counts when it ends.
const scans = () =>
  store.admin<Scans>(
    `SELECT relname AS table, seq_scan::integer AS whole, coalesce(idx_scan, 0)::integer AS "byIndex" FROM pg_stat_user_tables
     WHERE relname IN ('approval', 'vote', 'mail', 'mail_digest', 'review_link', 'withdrawal', 'question',
                       'question_answer', 'approval_webhook') ORDER BY relname`,
  );

describe('the statements of the service', () => {
  it('find their rows by an index, also when they were planned on empty tables', async () => {
    const before = await scans();
    await useEverything();
    await notifier.dataSource.destroy();
    let after: Scans[] = [];
    await servers.waitUntil(
      'the counts are in',
      async () => {
        after = await scans();
        return after.every(({ byIndex }, index) => byIndex > (before[index]?.byIndex ?? 0));
      },
      10_000,
    );
    expect(after.map(({ table, whole }) => [table, whole])).toEqual(
      before.map(({ table, whole }) => [table, whole]),
    );
  });
});
