import { type TopicEvent } from '@tollgate/contracts';
import { type OutboxRelay } from '@tollgate/messaging';
import { type Approval } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { decisionRecord } from '../approval/decision-record.js';
import { type DivergedEvents } from '../approval/diverged-events.js';
import { makeDecision } from '../approval/make-decision.js';
import { type NotifierMetrics } from '../approval/notifier-metrics.js';
import { type PolicySource, rulingPolicy } from '../approval/ruling-policy.js';
import { type ApprovalFeed } from '../approvals-api/approval-feed.js';
import { closedNews } from '../approvals-api/closed-news.js';
import { votes } from '../cast-vote/votes.store.js';
import { withdrawnBy } from '../open-approval/open-approval.js';
import { withdrawals } from './withdrawals.store.js';

type Withdrawn = TopicEvent<'request.withdrawn'>;

/** What cancelling needs. */
export interface CancelApprovalsParts {
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  readonly diverged: DivergedEvents;
  readonly metrics: NotifierMetrics;
  readonly feed: ApprovalFeed;
}

/**
 * Takes withdrawals in: what still waits is decided `cancelled`; what is not routed yet will be when its route
 * comes; what is decided stays so.
 */
export class CancelApprovals {
  constructor(private readonly parts: CancelApprovalsParts) {}

  /** @throws TransientError while no policy rules */
  async cancel(events: readonly Withdrawn[]): Promise<void> {
    const { relay, policy, diverged, metrics, feed } = this.parts;
    const { revision } = await rulingPolicy(policy, 1);
    const first = new Map<string, Withdrawn>();
    const repeated: Withdrawn[] = [];
    for (const event of events) {
      if (first.has(event.data.requestId)) repeated.push(event);
      else first.set(event.data.requestId, event);
    }

    const { cancelled, known } = await relay.transaction(async (tx, publish) => {
      await withdrawals.lockAlone(tx);
      const inserted = await withdrawals.insert(
        tx,
        [...first.values()].map(({ id, data }) => ({ eventId: id, withdrawal: data })),
      );
      const ids = [...first.keys()];
      const rows = await approvals.lock(
        tx,
        ids.filter((id) => inserted.has(id)),
      );
      const cast = await votes.find(
        tx,
        rows.filter((row) => row.votes > 0).map((row) => row.request_id),
      );
      const changes = rows.flatMap((row) => {
        const event = first.get(row.request_id);
        if (row.status !== 'pending' || event === undefined) return [];
        const approval: Approval = approvalOf(row);
        const decision = makeDecision({
          ...approval,
          outcome: 'cancelled',
          decidedBy: 'requester',
          votes: (cast.get(row.request_id) ?? []).map(({ vote }) => vote),
          decidedAt: row.now,
          explanation: withdrawnBy(event.data),
          policyRevision: revision,
        });
        return [{ approval, votes: approval.votes, decision, causeId: event.id }];
      });
      await approvals.change(tx, changes);
      publish(changes.map(({ approval, decision, causeId }) => decisionRecord(approval, decision, causeId)));
      return {
        cancelled: changes,
        known: await withdrawals.find(
          tx,
          ids.filter((id) => !inserted.has(id)),
        ),
      };
    });

    for (const event of [...first.values(), ...repeated]) {
      const { requestId } = event.data;
      const ruling = known.get(requestId)?.withdrawal ?? first.get(requestId)?.data ?? event.data;
      if (ruling !== event.data) diverged.compare('request.withdrawn', requestId, ruling, event.data);
    }
    metrics.decisions.inc({ outcome: 'cancelled', by: 'requester' }, cancelled.length);
    feed.publish(cancelled.map(({ approval, decision }) => closedNews(approval, decision)));
  }
}
