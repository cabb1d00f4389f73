import { type RouteResolved, type TopicEvent } from '@tollgate/contracts';
import { type OutboxRelay } from '@tollgate/messaging';
import { isActive } from '@tollgate/policy';
import { type EntityManager } from 'typeorm';
import { type Instant, isoTime } from '../approval/approval.js';
import { approvals, HAS_WEBHOOK } from '../approval/approvals.store.js';
import { decisionRecord } from '../approval/decision-record.js';
import { type DivergedEvents } from '../approval/diverged-events.js';
import { type NotifierMetrics } from '../approval/notifier-metrics.js';
import { type PolicySource, rulingNow, type RulingPolicy, rulingPolicy } from '../approval/ruling-policy.js';
import { waitingFor } from '../approval/waiting-for.js';
import { approvalDocument } from '../approvals-api/approval-document.js';
import { type ApprovalFeed } from '../approvals-api/approval-feed.js';
import { type RecordedWithdrawal, withdrawals } from '../cancel-approval/withdrawals.store.js';
import { RowsStatement } from '../database/rows-statement.js';
import { delegations } from '../delegation/delegations.store.js';
import { standInsOf } from '../delegation/stand-ins.js';
import { inboxColumns, NO_INBOX } from '../inbox/inbox-columns.js';
import { openApproval, type Opening } from './open-approval.js';

const COLUMNS = {
  request_id: 'uuid',
  status: 'text',
  approvers: 'text[]',
  electorate: 'text[]',
  absent: 'text[]',
  stand_ins: 'jsonb',
  data: 'text',
  event_id: 'uuid',
  traceparent: 'text',
  opened_at: 'timestamptz',
  deadline: 'timestamptz',
  remind_at: 'timestamptz',
  decision: 'text',
  closed_at: 'timestamptz',
  news_owed: 'boolean',
  people: 'text[]',
  facets: 'text[]',
  requester: 'text',
} as const;

const inserting = (incoming: string, condition: string): string => `
  INSERT INTO approval (request_id, status, step, approvers, electorate, absent, stand_ins, data, event_id, traceparent,
                        opened_at, deadline, remind_at, mail_owed, webhook_owed, decision, closed_at, news_owed, people, facets, requester)
  SELECT request_id, status, 0, approvers, electorate, absent, stand_ins, data, event_id, traceparent, opened_at, deadline,
         remind_at, status = 'pending', status = 'pending' AND ${HAS_WEBHOOK}, decision, closed_at, news_owed, people, facets, requester
  FROM ${incoming} WHERE ${condition}
  ON CONFLICT (request_id) DO NOTHING RETURNING request_id`;

const insert = new RowsStatement<keyof typeof COLUMNS, { request_id: string }>(
  'approval_insert',
  COLUMNS,
  (incoming, present) =>
    inserting(
      incoming,
      `${present} AND NOT EXISTS (SELECT FROM withdrawal WHERE withdrawal.request_id = incoming.request_id)`,
    ),
);
const insertWithdrawn = new RowsStatement<keyof typeof COLUMNS, { request_id: string }>(
  'approval_insert_withdrawn',
  COLUMNS,
  inserting,
);

type Routed = TopicEvent<'route.resolved'>;

interface Opened {
  readonly event: Routed;
  readonly file: RouteResolved;
  readonly text: string;
  readonly opening: Opening;
  /** The event that decided it, where it is decided. */
  readonly causeId: string;
}

const rowOf = ({ event, file, text, opening }: Opened, openedAt: string) => ({
  request_id: file.request.id,
  status: opening.kind === 'waits' ? 'pending' : 'closed',
  approvers: opening.kind === 'waits' ? opening.asked.approvers : [],
  electorate: opening.kind === 'waits' ? (opening.asked.electorate ?? null) : null,
  absent: opening.kind === 'waits' ? (opening.asked.absent ?? null) : null,
  stand_ins:
    opening.kind === 'waits' && opening.asked.standIns !== undefined
      ? JSON.stringify(opening.asked.standIns)
      : null,
  data: text,
  event_id: event.id,
  traceparent: event.traceparent ?? null,
  opened_at: openedAt,
  deadline: opening.kind === 'waits' ? isoTime(opening.deadline) : null,
  remind_at: opening.kind === 'waits' && opening.remindAt !== undefined ? isoTime(opening.remindAt) : null,
  decision: opening.kind === 'waits' ? null : JSON.stringify(opening.decision),
  closed_at: opening.kind === 'waits' ? null : opening.decision.decidedAt,
  // What software or the policy decides at once is no news; that somebody broke the glass is.
  news_owed: opening.kind === 'decided' && opening.decision.decidedBy === 'break-glass',
  ...(opening.kind === 'waits' ? inboxColumns(file) : NO_INBOX),
});

/** What opening needs. */
export interface OpenApprovalsParts {
  readonly relay: Pick<OutboxRelay, 'transaction'>;
  readonly policy: PolicySource;
  readonly diverged: DivergedEvents;
  readonly metrics: NotifierMetrics;
  readonly feed: ApprovalFeed;
  /** Told after the commit: in how many milliseconds the first deadline is of what began to wait. */
  readonly onOpened: (milliseconds: number) => void;
}

/**
 * Takes routes in: what software or the policy decides is decided at once, the rest begins to wait for people. One
 * transaction for a batch. The first route of a request rules; the same again is no news.
 */
export class OpenApprovals {
  constructor(private readonly parts: OpenApprovalsParts) {}

  /**
   * @throws PermanentError for a route that this version cannot carry out; nothing of the batch is kept then
   * @throws TransientError while no policy rules
   */
  async open(events: readonly Routed[]): Promise<void> {
    const { relay, policy, diverged, metrics, feed, onOpened } = this.parts;
    const first = new Map<string, Routed>();
    const repeated: Routed[] = [];
    for (const event of events) {
      if (first.has(event.data.request.id)) repeated.push(event);
      else first.set(event.data.request.id, event);
    }
    const highest = events.reduce((revision, { data }) => Math.max(revision, data.request.policyRevision), 0);
    const known = await rulingPolicy(policy, highest);

    const { opened, again, now } = await relay.transaction(async (tx, publish) => {
      const at = await withdrawals.lockShared(tx);
      const outcome = await this.#keep(tx, [...first.values()], at, rulingNow(policy, known));
      publish(
        outcome.opened.flatMap(({ file, text, event, opening, causeId }) =>
          opening.kind === 'decided'
            ? [
                decisionRecord(
                  {
                    file,
                    text,
                    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
                  },
                  opening.decision,
                  causeId,
                ),
              ]
            : [],
        ),
      );
      return { ...outcome, now: at };
    });

    const ruling = new Map<string, string | object>([
      ...[...first].map(([requestId, event]): [string, object] => [requestId, event.data]),
      ...again.map(({ event, data }): [string, string] => [event.data.request.id, data]),
    ]);
    for (const event of [...again.map((each) => each.event), ...repeated]) {
      const { id } = event.data.request;
      diverged.compare('route.resolved', id, ruling.get(id) ?? event.data, event.data);
    }
    for (const { file } of opened)
      if (file.request.breakGlass !== undefined)
        metrics.brokenGlass.inc({ route: file.route.decider === 'break-glass' ? 'broken' : 'ordinary' });
    let earliest = Infinity;
    for (const { opening } of opened) {
      if (opening.kind === 'waits') earliest = Math.min(earliest, opening.deadline);
      else metrics.decisions.inc({ outcome: opening.decision.outcome, by: opening.decision.decidedBy });
    }
    const waiting = opened.flatMap(({ file, opening }) =>
      opening.kind === 'waits' ? [{ file, opening }] : [],
    );
    if (waiting.length === 0) return;
    metrics.opened.inc(waiting.length);
    onOpened(earliest - now);
    feed.publish(
      waiting.map(({ file, opening }) => ({
        event: 'opened',
        persons: opening.asked.approvers,
        document: () =>
          approvalDocument(file, {
            step: 0,
            status: 'pending',
            openedAt: now,
            deadline: opening.deadline,
            waitingFor: waitingFor(file, 0, []),
          }),
      })),
    );
  }

  /** Inserts what is new; answers that, and what came again with the data that rules. */
  async #keep(
    tx: EntityManager,
    events: readonly Routed[],
    now: Instant,
    { revision, policy }: RulingPolicy,
  ) {
    const openedAt = isoTime(now);
    const asked = events.flatMap(
      ({ data }) => data.route.plan[0]?.approvers.map(({ person }) => person) ?? [],
    );
    const standing = await delegations.inForce(tx, asked);
    const opening = (event: Routed, recorded?: RecordedWithdrawal): Opened => ({
      event,
      file: event.data,
      text: JSON.stringify(event.data),
      opening: openApproval(event.data, {
        now,
        policyRevision: revision,
        isActive: (person) => isActive(policy, person),
        standIns: standInsOf(event.data, standing, now, policy),
        ...(recorded === undefined ? {} : { withdrawal: recorded.withdrawal }),
      }),
      causeId: recorded?.eventId ?? event.id,
    });
    const candidates = events.map((event) => opening(event));
    const inserted = new Set(
      (
        await insert.run(
          tx,
          candidates.map((candidate) => rowOf(candidate, openedAt)),
        )
      ).map((row) => row.request_id),
    );
    const opened = candidates.filter(({ file }) => inserted.has(file.request.id));
    const rest = events.filter(({ data }) => !inserted.has(data.request.id));
    if (rest.length === 0) return { opened, again: [] };

    const ids = rest.map(({ data }) => data.request.id);
    const ruling = new Map((await approvals.find(tx, ids)).map((row) => [row.request_id, row.data]));
    const withdrawn = await withdrawals.find(tx, ids);
    const cancelled = rest
      .filter(({ data }) => !ruling.has(data.request.id))
      .map((event) => opening(event, withdrawn.get(event.data.request.id)));
    await insertWithdrawn.run(
      tx,
      cancelled.map((candidate) => rowOf(candidate, openedAt)),
    );
    return {
      opened: [...opened, ...cancelled],
      again: rest.flatMap((event) => {
        const data = ruling.get(event.data.request.id);
        return data === undefined ? [] : [{ event, data }];
      }),
    };
  }
}
