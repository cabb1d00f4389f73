import { type DatabaseRepair, type FoundEvent } from '@tollgate/runtime';
import { type DataSource, type EntityManager } from 'typeorm';
import { type CancelApprovals } from '../cancel-approval/cancel-approvals.js';
import { type OpenApprovals } from '../open-approval/open-approvals.js';
import { type ReviewTokens } from '../send-mail/review-token.js';
import { restoreDecisions } from './restore-decisions.js';
import { restoreDelegations } from './restore-delegations.js';
import { restoreMails } from './restore-mails.js';
import { type ReachedStep, restorePending, type RestorePendingParts } from './restore-pending.js';
import { restoreAnswers, restoreQuestions } from './restore-questions.js';
import { restoreVotes } from './restore-votes.js';

/** What the notifier's database is repaired with, before any clock runs or mail is sent. */
export interface NotifierRepairParts extends RestorePendingParts {
  readonly dataSource: DataSource;
  readonly tokens: ReviewTokens;
  readonly openApprovals: OpenApprovals;
  readonly cancelApprovals: CancelApprovals;
}

type Found<Topic extends FoundEvent['topic']> = Extract<FoundEvent, { topic: Topic }>;

/** Approvals that are looked at in one transaction. */
const BATCH = 100;

/**
 * Brings back what the notifier said itself: who stands for whom, what was decided, whom a mail reached, what was asked,
 * answered and voted. Then what was routed and is not decided waits again, where it was.
 */
export async function repairNotifier(repair: DatabaseRepair, parts: NotifierRepairParts): Promise<void> {
  const { dataSource, tokens, openApprovals, cancelApprovals } = parts;
  const reached: ReachedStep[] = [];
  const step = <Topic extends FoundEvent['topic']>(
    topic: Topic,
    restore: (events: Found<Topic>[]) => Promise<void>,
  ): Promise<void> =>
    repair.run({
      topics: [topic],
      restore: (events) => restore(events.filter((found): found is Found<Topic> => found.topic === topic)),
    });
  const inOne = (work: (tx: EntityManager) => Promise<void>): Promise<void> => dataSource.transaction(work);

  await step('delegation.declared', (found) =>
    inOne((tx) =>
      restoreDelegations(
        tx,
        found.map(({ event }) => event.data),
      ),
    ),
  );
  await step('decision.made', (found) =>
    inOne((tx) =>
      restoreDecisions(
        tx,
        found.map(({ event }) => event),
      ),
    ),
  );
  await step('request.withdrawn', (found) => cancelApprovals.cancel(found.map(({ event }) => event)));
  await step('route.resolved', (found) => openApprovals.open(found.map(({ event }) => event)));
  await step('vote.cast', async (found) => {
    const cast = found.map(({ event }) => event.data);
    await inOne((tx) => restoreVotes(tx, cast));
    reached.push(...cast.map(({ requestId, vote }) => ({ requestId, step: vote.step })));
  });
  await step('question.asked', (found) =>
    inOne((tx) =>
      restoreQuestions(
        tx,
        tokens,
        found.map(({ event }) => event.data),
      ),
    ),
  );
  await step('question.answered', (found) =>
    inOne((tx) =>
      restoreAnswers(
        tx,
        found.map(({ event }) => event.data),
      ),
    ),
  );
  await step('approver.notified', async (found) => {
    const sent = found.map(({ event }) => event.data);
    await inOne((tx) => restoreMails(tx, tokens, sent));
    reached.push(
      ...sent
        .filter(({ kind }) => kind === 'asked' || kind === 'reminded')
        .map(({ requestId, step: of }) => ({ requestId, step: of })),
    );
  });
  for (let at = 0; at < reached.length; at += BATCH)
    await restorePending(parts, reached.slice(at, at + BATCH));
}
