import { type Decision, type Override, type RouteResolved } from '@tollgate/contracts';
import { RowsStatement } from '../database/rows-statement.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { type Approval, type Instant, isoTime, type StandIn } from './approval.js';
import { type Asked } from './asked.js';

/** A row of `approval` with the database's clock, instants in milliseconds. */
export interface ApprovalRow {
  readonly request_id: string;
  readonly status: 'pending' | 'closed';
  readonly step: number;
  readonly data: string;
  readonly event_id: string;
  readonly traceparent: string | null;
  readonly opened_at: number;
  readonly step_opened_at: number | null;
  readonly deadline: number | null;
  readonly questions: number;
  readonly stood_ms: number;
  readonly paused_until: number | null;
  readonly votes: number;
  readonly decision: string | null;
  readonly overrides: string | null;
  readonly approvers: string[];
  readonly absent: string[] | null;
  readonly stand_ins: StandIn[] | null;
  readonly now: number;
}

/** SQL for an instant in milliseconds since 1970. */
export const milliseconds = (expression: string): string =>
  `floor(extract(epoch FROM ${expression}) * 1000)::float8`;

/** SQL that is true on connections of a process that has a webhook to tell. */
export const HAS_WEBHOOK = `coalesce(current_setting('tollgate.approval_webhook', true), '') = 'on'`;

/** The columns of an `ApprovalRow`, for statements that select from `approval` under an alias. */
export const approvalColumns = (alias: string): string =>
  `${[
    'request_id',
    'status',
    'step',
    'data',
    'event_id',
    'traceparent',
    'votes',
    'decision',
    'overrides',
    'approvers',
    'absent',
    'stand_ins',
    'questions',
    'stood_ms',
  ]
    .map((column) => `${alias}.${column}`)
    .join(
      ', ',
    )}, ${milliseconds(`${alias}.opened_at`)} AS opened_at, ${milliseconds(`${alias}.step_opened_at`)} AS step_opened_at, ${milliseconds(`${alias}.deadline`)} AS deadline, ${milliseconds(`${alias}.paused_until`)} AS paused_until`;

/** Locks rows in the order of their ids; the clock is read after each lock was granted. */
export const lockingApprovals = (condition: string): string => `
  WITH locked AS MATERIALIZED (SELECT * FROM approval WHERE ${condition})
  SELECT ${approvalColumns('locked')}, ${milliseconds('clock_timestamp()')} AS now FROM locked`;

const lock = new Statement<ApprovalRow>(
  'approval_lock',
  lockingApprovals('request_id = ANY ($1::uuid[]) ORDER BY request_id FOR UPDATE'),
);

const find = new Statement<ApprovalRow>(
  'approval_find',
  `SELECT ${approvalColumns('approval')}, ${milliseconds('clock_timestamp()')} AS now
   FROM approval WHERE request_id = ANY ($1::uuid[])`,
);

const change = new RowsStatement(
  'approval_change',
  {
    request_id: 'uuid',
    votes: 'integer',
    step: 'integer',
    approvers: 'text[]',
    electorate: 'text[]',
    absent: 'text[]',
    stand_ins: 'jsonb',
    deadline: 'timestamptz',
    step_opened_at: 'timestamptz',
    remind_at: 'timestamptz',
    decision: 'text',
    closed_at: 'timestamptz',
    answered: 'text[]',
  },
  (incoming, present) => `
    UPDATE approval SET
      votes = incoming.votes,
      mail_owed = approval.mail_owed AND incoming.decision IS NULL OR incoming.approvers IS NOT NULL,
      step = incoming.step,
      electorate = CASE WHEN incoming.approvers IS NULL THEN approval.electorate ELSE incoming.electorate END,
      absent = CASE WHEN incoming.approvers IS NULL THEN approval.absent ELSE incoming.absent END,
      stand_ins = CASE WHEN incoming.approvers IS NULL THEN approval.stand_ins ELSE incoming.stand_ins END,
      approvers = coalesce(incoming.approvers, approval.approvers),
      deadline = incoming.deadline,
      step_opened_at = coalesce(incoming.step_opened_at, approval.step_opened_at),
      remind_at = CASE WHEN incoming.step_opened_at IS NULL THEN approval.remind_at ELSE incoming.remind_at END,
      stood_ms = CASE WHEN incoming.step_opened_at IS NULL THEN approval.stood_ms ELSE 0 END,
      paused_until = CASE WHEN incoming.step_opened_at IS NULL THEN approval.paused_until END,
      news_owed = approval.news_owed OR incoming.decision IS NOT NULL,
      webhook_owed = approval.webhook_owed
        OR (incoming.decision IS NOT NULL OR incoming.approvers IS NOT NULL) AND ${HAS_WEBHOOK},
      status = CASE WHEN incoming.decision IS NULL THEN approval.status ELSE 'closed' END,
      decision = coalesce(incoming.decision, approval.decision),
      closed_at = coalesce(incoming.closed_at, approval.closed_at),
      answered = CASE WHEN incoming.step_opened_at IS NULL THEN coalesce(incoming.answered, approval.answered) ELSE '{}' END
    FROM ${incoming} WHERE ${present} AND approval.request_id = incoming.request_id`,
);

/** What changes in a locked approval. */
export interface ApprovalChange {
  readonly approval: Approval;
  /** How many votes were cast on it by now. */
  readonly votes: number;
  /** Whom it asks from now on, where another stage or step begins: they are owed a mail. */
  readonly asked?: Asked;
  /** The next step, where the silence of the last one opens it. */
  readonly next?: {
    readonly step: number;
    readonly openedAt: Instant;
    readonly deadline: Instant;
    /** When its people are reminded first; absent where they never are. */
    readonly remindAt?: Instant;
  };
  /** Closes the approval. */
  readonly decision?: Decision;
  /** Who was heard in the current step, where a vote may have changed that. */
  readonly answered?: readonly string[];
}

const timeOrNull = (instant: Instant | undefined): string | null =>
  instant === undefined ? null : isoTime(instant);

const parseStored = <T>(text: string): T => {
  const stored: T = JSON.parse(text);
  return stored;
};

/** The approval that a row holds. */
export const approvalOf = (row: ApprovalRow): Approval => ({
  requestId: row.request_id,
  status: row.status,
  step: row.step,
  file: parseStored<RouteResolved>(row.data),
  text: row.data,
  eventId: row.event_id,
  ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  openedAt: row.opened_at,
  ...(row.step_opened_at === null ? {} : { stepOpenedAt: row.step_opened_at }),
  ...(row.deadline === null ? {} : { deadline: row.deadline }),
  ...(row.stood_ms === 0 ? {} : { stoodMs: row.stood_ms }),
  ...(row.paused_until === null ? {} : { pausedUntil: row.paused_until }),
  ...(row.questions === 0 ? {} : { questions: row.questions }),
  votes: row.votes,
  asked: row.approvers,
  ...(row.overrides === null ? {} : { overrides: parseStored<Override[]>(row.overrides) }),
  ...(row.stand_ins === null ? {} : { standIns: row.stand_ins }),
  ...(row.decision === null ? {} : { decision: parseStored<Decision>(row.decision) }),
});

/** The table `approval`: one row per request that was routed. */
export const approvals = {
  /** Locks the rows of these requests until the transaction ends, in the order of their ids. */
  lock: (tx: RunsOn, requestIds: readonly string[]): Promise<ApprovalRow[]> => lock.run(tx, requestIds),

  /** Reads the rows of these requests without a lock. */
  find: (on: RunsOn, requestIds: readonly string[]): Promise<ApprovalRow[]> => find.run(on, requestIds),

  /** Writes what changed in approvals that this transaction has locked. */
  async change(tx: RunsOn, changes: readonly ApprovalChange[]): Promise<void> {
    await change.run(
      tx,
      changes.map(({ approval, votes, asked, next, decision, answered }) => {
        const deadline = next?.deadline ?? approval.deadline;
        return {
          request_id: approval.requestId,
          votes,
          step: next?.step ?? approval.step,
          approvers: asked?.approvers ?? null,
          electorate: asked?.electorate ?? null,
          absent: asked?.absent ?? null,
          stand_ins: asked?.standIns === undefined ? null : JSON.stringify(asked.standIns),
          deadline: timeOrNull(deadline),
          step_opened_at: timeOrNull(next?.openedAt),
          remind_at: timeOrNull(next?.remindAt),
          decision: decision === undefined ? null : JSON.stringify(decision),
          closed_at: decision?.decidedAt ?? null,
          answered: answered ?? null,
        };
      }),
    );
  },
};
