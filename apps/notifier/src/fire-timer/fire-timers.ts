import { type OutboxRelay } from '@tollgate/messaging';
import { isActive } from '@tollgate/policy';
import {
  approvalOf,
  approvals,
  type ApprovalRow,
  lockingApprovals,
  milliseconds,
} from '../approval/approvals.store.js';
import { decisionRecord } from '../approval/decision-record.js';
import { type NotifierMetrics } from '../approval/notifier-metrics.js';
import { revisionLock } from '../approval/revision-lock.js';
import { type PolicySource, rulingNow, rulingPolicy } from '../approval/ruling-policy.js';
import { type ApprovalFeed, type ApprovalNews } from '../approvals-api/approval-feed.js';
import { closedNews } from '../approvals-api/closed-news.js';
import { votes } from '../cast-vote/votes.store.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { delegations } from '../delegation/delegations.store.js';
import { personsLater, standInsOf } from '../delegation/stand-ins.js';
import { endStep } from './end-step.js';
import { nextStepNews, type StepChange } from './next-step-news.js';

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
  `SELECT ${milliseconds("least((SELECT min(deadline) FROM approval WHERE status = 'pending'), (SELECT min(remind_at) FROM approval WHERE status = 'pending' AND remind_at IS NOT NULL))")} - ${milliseconds('clock_timestamp()')} AS wait`,
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
    const known = await rulingPolicy(policy, 1);
    const ended = await relay.transaction(async (tx, publish) => {
      const rows = await lockDue.run(tx);
      if (rows.length === 0) return [];
      await revisionLock.share(tx);
      const ruling = rulingNow(policy, known);
      const cast = await votes.find(
        tx,
        rows.filter((row) => row.votes > 0).map((row) => row.request_id),
      );
      const due = rows.map((row) => ({ row, approval: approvalOf(row) }));
      const standing = await delegations.inForce(
        tx,
        due.flatMap(({ approval }) => personsLater(approval)),
      );
      const ends = due.map(({ row, approval }): StepChange => {
        const end = endStep(approval, {
          now: row.now,
          policyRevision: ruling.revision,
          isActive: (person) => isActive(ruling.policy, person),
          standIns: standInsOf(approval.file, standing, row.now, ruling.policy),
          votes: (cast.get(row.request_id) ?? []).map(({ vote }) => vote),
        });
        return {
          approval,
          votes: row.votes,
          ...(end.kind === 'next'
            ? { next: end, asked: end.asked, waitingFor: end.waitingFor }
            : { decision: end.decision }),
        };
      });
      await approvals.change(tx, ends);
      publish(
        ends.flatMap(({ approval, decision }) =>
          decision === undefined ? [] : [decisionRecord(approval, decision, approval.eventId)],
        ),
      );
      return ends;
    });
    const news: ApprovalNews[] = [];
    for (const end of ended) {
      const { approval, decision } = end;
      news.push(...nextStepNews(end));
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
