import { type OutboxRelay } from '@tollgate/messaging';
import { type Approval, stepOf } from '../approval/approval.js';
import {
  approvalOf,
  type ApprovalChange,
  approvals,
  type ApprovalRow,
  lockingApprovals,
  milliseconds,
} from '../approval/approvals.store.js';
import { decisionRecord } from '../approval/decision-record.js';
import { type NotifierMetrics } from '../approval/notifier-metrics.js';
import { type PolicySource, rulingPolicy } from '../approval/ruling-policy.js';
import { approvalDocument } from '../approvals-api/approval-document.js';
import { type ApprovalFeed, type ApprovalNews } from '../approvals-api/approval-feed.js';
import { closedNews } from '../approvals-api/closed-news.js';
import { votes } from '../cast-vote/votes.store.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { endStep } from './end-step.js';

/** Timers that one transaction fires at most. */
const MAX_BATCH = 100;

const lockDue = new Statement<ApprovalRow>(
  'timer_lock_due',
  lockingApprovals(
    `status = 'pending' AND deadline <= statement_timestamp() ORDER BY deadline LIMIT ${MAX_BATCH} FOR UPDATE SKIP LOCKED`,
  ),
);

const untilNext = new Statement<{ wait: number | null }>(
  'timer_until_next',
  `SELECT ${milliseconds('min(deadline)')} - ${milliseconds('clock_timestamp()')} AS wait FROM approval WHERE status = 'pending'`,
);

/** What firing needs. */
export interface FireTimersParts {
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  readonly metrics: NotifierMetrics;
  readonly feed: ApprovalFeed;
  /** Told after the commit when steps opened: their people are to be mailed. */
  readonly onStepOpened: () => void;
}

const changedNews = (approval: Approval, change: NonNullable<ApprovalChange['next']>): ApprovalNews[] => [
  {
    event: 'closed',
    persons: stepOf(approval.file, approval.step)
      .approvers.map(({ person }) => person)
      .filter((person) => !change.approvers.includes(person)),
    document: () => documentOf(approval, approval.step, 'closed', approval.deadline ?? approval.openedAt),
  },
  {
    event: 'opened',
    persons: change.approvers,
    document: () => documentOf(approval, change.step, 'pending', change.deadline),
  },
];

const documentOf = (approval: Approval, step: number, status: 'pending' | 'closed', deadline: number) =>
  approvalDocument(approval.file, { step, status, openedAt: approval.openedAt, deadline });

/**
 * Ends the steps whose time is over. The rows are locked and those that another process, a vote or a withdrawal holds
 * are left to it, so each timer takes effect once however many processes run.
 */
export class FireTimers {
  constructor(private readonly parts: FireTimersParts) {}

  /**
   * Fires what is due, the most overdue first, at most a hundred.
   * @returns how many there were
   * @throws TransientError while no policy rules; the database's error when it is away
   */
  async fireDue(): Promise<number> {
    const { relay, policy, metrics, feed, onStepOpened } = this.parts;
    const { revision } = await rulingPolicy(policy, 1);
    const ended = await relay.transaction(async (tx, publish) => {
      const rows = await lockDue.run(tx);
      if (rows.length === 0) return [];
      const cast = await votes.find(
        tx,
        rows.filter((row) => row.votes > 0).map((row) => row.request_id),
      );
      const changes = rows.map((row): ApprovalChange => {
        const approval = approvalOf(row);
        const end = endStep(approval, {
          now: row.now,
          policyRevision: revision,
          votes: (cast.get(row.request_id) ?? []).map(({ vote }) => vote),
        });
        return {
          approval,
          votes: row.votes,
          ...(end.kind === 'next' ? { next: end } : { decision: end.decision }),
        };
      });
      await approvals.change(tx, changes);
      publish(
        changes.flatMap(({ approval, decision }) =>
          decision === undefined ? [] : [decisionRecord(approval, decision, approval.eventId)],
        ),
      );
      return changes;
    });
    const news: ApprovalNews[] = [];
    for (const { approval, next, decision } of ended) {
      if (next !== undefined) news.push(...changedNews(approval, next));
      if (decision === undefined) continue;
      metrics.decisions.inc({ outcome: decision.outcome, by: decision.decidedBy });
      news.push(closedNews(approval, decision));
    }
    feed.publish(news);
    if (ended.some(({ next }) => next !== undefined)) onStepOpened();
    return ended.length;
  }

  /** Milliseconds until the next timer is due, by the database's clock; undefined where nothing waits. */
  async untilNext(on: RunsOn): Promise<number | undefined> {
    const [row] = await untilNext.run(on);
    return row?.wait ?? undefined;
  }
}
