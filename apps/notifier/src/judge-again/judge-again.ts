import { type OutboxRelay } from '@tollgate/messaging';
import { isActive } from '@tollgate/policy';
import { type DataSource } from 'typeorm';
import { type Approval, stepOf } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { decisionRecord } from '../approval/decision-record.js';
import { explainDecision } from '../approval/explain-decision.js';
import { countingIn, judgeStep } from '../approval/judge-step.js';
import { makeDecision } from '../approval/make-decision.js';
import { type NotifierMetrics } from '../approval/notifier-metrics.js';
import { revisionLock } from '../approval/revision-lock.js';
import { type PolicySource, rulingNow, type RulingPolicy } from '../approval/ruling-policy.js';
import { type ApprovalFeed } from '../approvals-api/approval-feed.js';
import { closedNews } from '../approvals-api/closed-news.js';
import { votes } from '../cast-vote/votes.store.js';
import { Statement } from '../database/statement.js';
import { delegations } from '../delegation/delegations.store.js';
import { personsLater, standInsOf } from '../delegation/stand-ins.js';
import { nextStep } from '../fire-timer/end-step.js';
import { nextStepNews, type StepChange } from '../fire-timer/next-step-news.js';

/** Pending approvals that are looked at at once, without a lock. */
const PAGE = 1_000;
/** Approvals that one transaction judges at most. */
const MAX_BATCH = 100;

interface WaitingRow {
  readonly request_id: string;
  readonly persons: string[];
  /** As text, exact to the microsecond. */
  readonly place: string;
}

const waiting = new Statement<WaitingRow>(
  'judge_again_waiting',
  `SELECT request_id, coalesce(electorate, approvers) AS persons, deadline::text AS place FROM approval
   WHERE status = 'pending' AND (deadline, request_id) > ($1::timestamptz, $2::uuid)
   ORDER BY deadline, request_id LIMIT ${PAGE}`,
);

const BEFORE_ALL = { place: '-infinity', request_id: '00000000-0000-0000-0000-000000000000' };

/** What judging again needs. */
export interface JudgeAgainParts {
  readonly dataSource: DataSource;
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  readonly metrics: NotifierMetrics;
  readonly feed: ApprovalFeed;
  /** Told after the commit when steps opened: their people are to be mailed. */
  readonly onStepOpened?: () => void;
}

/**
 * Judges the pending approvals that ask somebody who is not active any more: one that cannot be met without them is
 * denied by the policy, or asks the next step where silence would. What they said before stays counted. The rows are locked a few at a time, so a vote, a timer
 * or a withdrawal comes before or after, never in between.
 */
export class JudgeAgain {
  constructor(private readonly parts: JudgeAgainParts) {}

  /**
   * Looks at all that waits.
   * @param ruling the revision by which; one that comes meanwhile is used from then on
   * @returns how many approvals were decided; those that went on to their next step are not among them
   * @throws the database's error when it is away; what was judged until then stays
   */
  async all(ruling: RulingPolicy): Promise<number> {
    const { dataSource } = this.parts;
    await dataSource.transaction((tx) => revisionLock.takeAlone(tx));
    let decided = 0;
    let last: Pick<WaitingRow, 'place' | 'request_id'> | undefined = BEFORE_ALL;
    while (last !== undefined) {
      const rows: WaitingRow[] = await waiting.run(dataSource, last.place, last.request_id);
      const affected = rows
        .filter(({ persons }) => persons.some((person) => !isActive(ruling.policy, person)))
        .map((row) => row.request_id);
      for (let start = 0; start < affected.length; start += MAX_BATCH) {
        decided += await this.#judge(affected.slice(start, start + MAX_BATCH), ruling);
      }
      last = rows.length < PAGE ? undefined : rows.at(-1);
    }
    return decided;
  }

  async #judge(requestIds: readonly string[], known: RulingPolicy): Promise<number> {
    const { relay, policy, metrics, feed } = this.parts;
    const changes = await relay.transaction(async (tx, publish) => {
      const rows = (await approvals.lock(tx, requestIds)).filter(({ status }) => status === 'pending');
      // As some of them may begin to ask people.
      await revisionLock.share(tx);
      const cast = await votes.find(
        tx,
        rows.filter((row) => row.votes > 0).map((row) => row.request_id),
      );
      const ruling = rulingNow(policy, known);
      const open = rows.map((row) => ({ row, approval: approvalOf(row) }));
      const standing = await delegations.inForce(
        tx,
        open.flatMap(({ approval }) => personsLater(approval)),
      );
      const judged = open.flatMap(({ row, approval }): StepChange[] => {
        const said = (cast.get(row.request_id) ?? []).map(({ vote }) => vote);
        const facts = {
          now: row.now,
          isActive: (person: string): boolean => isActive(ruling.policy, person),
          standIns: standInsOf(approval.file, standing, row.now, ruling.policy),
        };
        const { state, reason, decidedBy } = judgeStep(
          stepOf(approval.file, approval.step),
          countingIn(said, approval.step),
          facts.isActive,
        );
        if (state === 'open') return [];
        const next = decidedBy === 'policy' ? stepAfter(approval, facts) : undefined;
        if (next?.kind === 'next')
          return [{ approval, votes: row.votes, next, asked: next.asked, waitingFor: next.waitingFor }];
        const why = next === undefined ? reason : `${reason.replace(/\.$/, '')}; ${next.why}`;
        const decision = makeDecision({
          ...approval,
          outcome: state,
          decidedBy,
          votes: said,
          decidedAt: row.now,
          explanation: explainDecision(approval, why, said),
          policyRevision: ruling.revision,
        });
        return [{ approval, votes: row.votes, decision }];
      });
      await approvals.change(tx, judged);
      publish(
        judged.flatMap(({ approval, decision }) =>
          decision === undefined ? [] : [decisionRecord(approval, decision, approval.eventId)],
        ),
      );
      return judged;
    });
    feed.publish(
      changes.flatMap((change) =>
        change.decision === undefined ? nextStepNews(change) : [closedNews(change.approval, change.decision)],
      ),
    );
    if (changes.some(({ next }) => next !== undefined)) this.parts.onStepOpened?.();
    const decided = changes.flatMap(({ decision }) => (decision === undefined ? [] : [decision]));
    for (const { outcome, decidedBy } of decided) metrics.decisions.inc({ outcome, by: decidedBy });
    return decided.length;
  }
}

/** Nobody answers any more, so what silence would do is done at once where it asks the next step. */
const stepAfter = (
  approval: Approval,
  facts: Parameters<typeof nextStep>[1],
): ReturnType<typeof nextStep> | undefined =>
  stepOf(approval.file, approval.step).onSilence === 'next' ? nextStep(approval, facts) : undefined;
