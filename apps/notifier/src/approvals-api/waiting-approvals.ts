import { type ApprovalDocument } from '@tollgate/contracts';
import { type DataSource } from 'typeorm';
import { approvalColumns, approvalOf, type ApprovalRow, milliseconds } from '../approval/approvals.store.js';
import { waitingFor } from '../approval/waiting-for.js';
import { votes } from '../cast-vote/votes.store.js';
import { Statement } from '../database/statement.js';
import { approvalDocument } from './approval-document.js';
import { cursorOf, type ListPlace } from './list-cursor.js';

/** One page of what waits for a person. */
export interface WaitingPage {
  readonly items: ApprovalDocument[];
  /** Of the next page; absent on the last one. */
  readonly next?: string;
}

// Deadlines are compared in whole milliseconds, as cursors hold them.
const waiting = new Statement<ApprovalRow>(
  'approvals_waiting',
  `SELECT ${approvalColumns('approval')}, ${milliseconds('clock_timestamp()')} AS now
   FROM approval
   WHERE status = 'pending' AND approvers @> ARRAY[$1::text]
     AND (deadline, request_id) > (to_timestamp($2::float8 / 1000), $3::uuid)
   ORDER BY deadline, request_id LIMIT $4`,
);

const BEFORE_ALL: ListPlace = { deadline: 0, requestId: '00000000-0000-0000-0000-000000000000' };

/** What waits for a person, the nearest deadline first. */
export class WaitingApprovals {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param limit of items on the page
   * @param after the place where the last page ended
   */
  async page(person: string, limit: number, after: ListPlace = BEFORE_ALL): Promise<WaitingPage> {
    const rows = await waiting.run(this.dataSource, person, after.deadline, after.requestId, limit + 1);
    const shown = rows.slice(0, limit);
    const cast = await votes.find(
      this.dataSource,
      shown.filter((row) => row.votes > 0).map((row) => row.request_id),
    );
    const last = shown.at(-1);
    return {
      items: shown.map((row) => {
        const { file, step, status, openedAt, deadline } = approvalOf(row);
        const said = (cast.get(row.request_id) ?? []).map(({ vote }) => vote);
        return approvalDocument(file, {
          step,
          status,
          openedAt,
          deadline: deadline ?? openedAt,
          waitingFor: waitingFor(file, step, said),
        });
      }),
      ...(rows.length > limit && last !== undefined
        ? { next: cursorOf({ deadline: last.deadline ?? 0, requestId: last.request_id }) }
        : {}),
    };
  }
}
