import { milliseconds } from '../approval/approvals.store.js';
import { type ListPlace } from '../approvals-api/list-cursor.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { facetsColumn } from './inbox-columns.js';
import { type WaitingFilter } from './waiting-keys.store.js';

/** A vote's place among those of its person; `deadline` is when it was cast. */
interface Found {
  readonly request_id: string;
  readonly at_ms: number;
  readonly number: number;
  readonly fits: boolean;
}

/** So many votes are looked through for those that fit a filter before the page says that there may be more. */
export const LOOKED_THROUGH = 1_000;

const latest = new Statement<Found>(
  'inbox_decided',
  `SELECT vote.request_id, ${milliseconds('vote.at')} AS at_ms, vote.number,
          ($4::text[] = '{}' OR approval.facets @> $4) AND ($5::text = '' OR strpos(approval.requester, lower($5)) > 0
            OR approval.requester IN (SELECT lower(person) FROM contact WHERE strpos(lower(name), lower($5)) > 0)) AS fits
   FROM (
     SELECT request_id, at, number FROM vote AS mine
     WHERE person = $1 AND (at, request_id) < (to_timestamp($2::float8 / 1000), $3::uuid)
       AND NOT EXISTS (SELECT FROM vote AS later WHERE later.request_id = mine.request_id
                         AND later.person = mine.person AND later.number > mine.number)
     ORDER BY at DESC, request_id DESC LIMIT $6
   ) AS vote JOIN approval USING (request_id)
   ORDER BY vote.at DESC, vote.request_id DESC`,
);

/** Where the list of what somebody decided begins: far in the future. */
const FIRST: ListPlace = { deadline: 8_640_000_000_000, requestId: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/** Requests on which somebody voted, by their last vote. */
export interface DecidedKeys {
  readonly requestIds: readonly string[];
  /** The place of the last vote that was looked at, where there may be more. */
  readonly next?: ListPlace;
}

/** Finds what somebody said, the newest first. */
export const decidedVotes = {
  /**
   * @param limit of requests; with a filter at most {@link LOOKED_THROUGH} votes are looked through for them
   * @param after the place where the last page ended; its `deadline` is the time of the vote
   */
  async find(
    on: RunsOn,
    person: string,
    { requester = '', ...facets }: WaitingFilter,
    limit: number,
    after: ListPlace = FIRST,
  ): Promise<DecidedKeys> {
    const wanted = facetsColumn(facets);
    const look = requester === '' && wanted.length === 0 ? limit + 1 : LOOKED_THROUGH;
    const rows = await latest.run(on, person, after.deadline, after.requestId, wanted, requester, look);
    const fitting = rows.filter(({ fits }) => fits);
    const shown = fitting.slice(0, limit);
    const last = fitting.length > limit ? shown.at(-1) : rows.length === look ? rows.at(-1) : undefined;
    return {
      requestIds: shown.map((row) => row.request_id),
      ...(last === undefined ? {} : { next: { deadline: last.at_ms, requestId: last.request_id } }),
    };
  },
};
