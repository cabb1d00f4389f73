import { isActive } from '@tollgate/policy';
import { type DataSource } from 'typeorm';
import { approvalOf, type ApprovalRow, lockingApprovals } from '../approval/approvals.store.js';
import { type Approval, isoTime, stepOf } from '../approval/approval.js';
import { countingIn } from '../approval/judge-step.js';
import { type PolicySource, rulingPolicy } from '../approval/ruling-policy.js';
import { votes } from '../cast-vote/votes.store.js';
import { RowsStatement } from '../database/rows-statement.js';
import { Statement } from '../database/statement.js';
import { clockStart } from '../question/standing-clock.js';
import { mailQueue } from '../send-mail/mail-queue.store.js';
import { dueReminders } from './next-reminder.js';

/** Reminders that one transaction fires at most. */
const MAX_BATCH = 100;

const lockDue = new Statement<ApprovalRow>(
  'reminder_lock_due',
  lockingApprovals(
    `status = 'pending' AND remind_at <= statement_timestamp() ORDER BY remind_at LIMIT ${MAX_BATCH} FOR UPDATE SKIP LOCKED`,
  ),
);

const setNext = new RowsStatement(
  'reminder_set_next',
  { request_id: 'uuid', remind_at: 'timestamptz' },
  (incoming, present) => `
    UPDATE approval SET remind_at = incoming.remind_at
    FROM ${incoming} WHERE ${present} AND approval.request_id = incoming.request_id`,
);

/** What reminding needs. */
export interface FireRemindersParts {
  readonly dataSource: DataSource;
  readonly policy: PolicySource;
  /** Told after the commit when mails were queued. */
  readonly onQueued: () => void;
}

/**
 * Queues the reminders whose time has come, for those who are asked now, are active and have not voted in this step.
 * The rows are locked, the mail queue takes each reminder once, and one that is overdue makes up for those before it:
 * so each takes effect once however many processes run, and however long none did.
 */
export class FireReminders {
  constructor(private readonly parts: FireRemindersParts) {}

  /**
   * Fires what is due, the most overdue first, at most a hundred.
   * @returns how many approvals there were
   * @throws TransientError while no policy rules; the database's error when it is away
   */
  async fireDue(): Promise<number> {
    const { dataSource, policy, onQueued } = this.parts;
    const ruling = await rulingPolicy(policy, 1);
    const { fired, queued } = await dataSource.transaction(async (tx) => {
      const rows = await lockDue.run(tx);
      if (rows.length === 0) return { fired: 0, queued: 0 };
      const cast = await votes.find(
        tx,
        rows.filter((row) => row.votes > 0).map((row) => row.request_id),
      );
      const due = rows.map((row) => ({ approval: approvalOf(row), now: row.now }));
      const reminded = due.map(({ approval, now }) => ({ approval, ...reminderOf(approval, now) }));
      const mails = reminded.flatMap(({ approval: { requestId, step, asked = [] }, due: reminder }) => {
        if (reminder === undefined) return [];
        const said = countingIn(
          (cast.get(requestId) ?? []).map(({ vote }) => vote),
          step,
        );
        const done = new Set(said.flatMap(({ person, onBehalfOf }) => [person, onBehalfOf ?? person]));
        return asked
          .filter((person) => !done.has(person) && isActive(ruling.policy, person))
          .map((person) => ({ requestId, person, kind: 'reminded' as const, step, number: reminder.number }));
      });
      await mailQueue.queue(tx, mails);
      await setNext.run(
        tx,
        reminded.map(({ approval, next }) => ({
          request_id: approval.requestId,
          remind_at: next === undefined ? null : isoTime(next.at),
        })),
      );
      return { fired: rows.length, queued: mails.length };
    });
    if (queued > 0) onQueued();
    return fired;
  }
}

function reminderOf(approval: Approval, now: number) {
  const { file, step, deadline = now } = approval;
  return dueReminders(stepOf(file, step), { openedAt: clockStart(approval), deadline }, now);
}
