import { type Vote } from '@tollgate/contracts';
import { type DataSource } from 'typeorm';
import { type Approval, type Instant } from '../approval/approval.js';
import { approvalOf, approvals } from '../approval/approvals.store.js';
import { type ListPlace } from '../approvals-api/list-cursor.js';
import { votes } from '../cast-vote/votes.store.js';
import { FIRST_PLACE, type WaitingFilter, waitingKeys, type WaitingPart } from './waiting-keys.store.js';

/** An approval that waits, with what was said on it. */
export interface Waiting {
  readonly approval: Approval;
  /** In the order in which they were cast. */
  readonly votes: readonly Vote[];
  /** The database's clock. */
  readonly now: Instant;
}

/** One page of what waits. */
export interface WaitingItems {
  readonly items: readonly Waiting[];
  /** The place after which the next page begins; absent on the last one. */
  readonly next?: ListPlace;
}

/** Reads what waits in a person's inbox, the nearest deadline first. */
export class FindWaiting {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param limit of items on the page
   * @param after the place where the last page ended: what opens meanwhile moves nothing that was shown
   */
  async page(
    person: string,
    part: WaitingPart,
    filter: WaitingFilter,
    limit: number,
    after: ListPlace = FIRST_PLACE,
  ): Promise<WaitingItems> {
    const keys = await waitingKeys.find(this.dataSource, person, part, filter, after, limit + 1);
    const shown = keys.slice(0, limit);
    const items = await this.these(shown.map(({ requestId }) => requestId));
    const last = shown.at(-1);
    return {
      // What was closed since its place was found is in nobody's list any more.
      items: items.filter(({ approval }) => approval.status === 'pending'),
      ...(keys.length > limit && last !== undefined ? { next: last } : {}),
    };
  }

  /** Reads these approvals, open or not, in the order given; those that do not exist are missing. */
  async these(requestIds: readonly string[]): Promise<Waiting[]> {
    if (requestIds.length === 0) return [];
    const [rows, cast] = await Promise.all([
      approvals.find(this.dataSource, requestIds),
      votes.find(this.dataSource, requestIds),
    ]);
    const found = new Map(rows.map((row) => [row.request_id, row]));
    return requestIds.flatMap((requestId) => {
      const row = found.get(requestId);
      return row === undefined
        ? []
        : [
            {
              approval: approvalOf(row),
              votes: (cast.get(requestId) ?? []).map(({ vote }) => vote),
              now: row.now,
            },
          ];
    });
  }
}
