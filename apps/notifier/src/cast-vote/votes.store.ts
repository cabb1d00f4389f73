import { type Authentication, type Verdict } from '@tollgate/contracts';
import { isoTime, type RecordedVote } from '../approval/approval.js';
import { milliseconds } from '../approval/approvals.store.js';
import { RowsStatement } from '../database/rows-statement.js';
import { type RunsOn, Statement } from '../database/statement.js';

interface VoteRow {
  readonly request_id: string;
  readonly number: number;
  readonly person: string;
  readonly count: number;
  readonly step: number;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly at: number;
  readonly authentication: Authentication;
  readonly counted: boolean;
  readonly why: string | null;
  readonly view: string | null;
  readonly on_behalf_of: string | null;
  readonly delegation: string | null;
}

const find = new Statement<VoteRow>(
  'vote_find',
  `SELECT request_id, number, person, count, step, verdict, reason, ${milliseconds('at')} AS at, authentication,
          counted, why, view, on_behalf_of, delegation
   FROM vote WHERE request_id = ANY ($1::uuid[]) ORDER BY request_id, number`,
);

const insert = new RowsStatement<keyof VoteRow>(
  'vote_insert',
  {
    request_id: 'uuid',
    number: 'integer',
    person: 'text',
    count: 'integer',
    step: 'smallint',
    verdict: 'text',
    reason: 'text',
    at: 'timestamptz',
    authentication: 'text',
    counted: 'boolean',
    why: 'text',
    view: 'text',
    on_behalf_of: 'text',
    delegation: 'uuid',
  },
  (incoming, present) => `
    INSERT INTO vote (request_id, number, person, count, step, verdict, reason, at, authentication, counted, why,
                      view, on_behalf_of, delegation)
    SELECT * FROM ${incoming} WHERE ${present}`,
);

/** A vote with the request it was cast on. */
export interface VoteOnRequest extends RecordedVote {
  readonly requestId: string;
}

/** The table `vote`, which only grows: every vote as it arrived, also those that did not count. */
export const votes = {
  /** The votes of these requests, in the order in which they were cast; a request without votes is missing. */
  async find(on: RunsOn, requestIds: readonly string[]): Promise<Map<string, RecordedVote[]>> {
    const found = new Map<string, RecordedVote[]>();
    if (requestIds.length === 0) return found;
    for (const row of await find.run(on, requestIds)) {
      const {
        request_id: requestId,
        number,
        count,
        why,
        view,
        at,
        on_behalf_of: onBehalfOf,
        delegation,
        ...vote
      } = row;
      const recorded = {
        number,
        count,
        ...(view === null ? {} : { view }),
        vote: {
          ...vote,
          at: isoTime(at),
          ...(why === null ? {} : { why }),
          ...(onBehalfOf === null ? {} : { onBehalfOf }),
          ...(delegation === null ? {} : { delegation }),
        },
      };
      const list = found.get(requestId);
      if (list === undefined) found.set(requestId, [recorded]);
      else list.push(recorded);
    }
    return found;
  },

  async insert(tx: RunsOn, cast: readonly VoteOnRequest[]): Promise<void> {
    await insert.run(
      tx,
      cast.map(({ requestId, number, count, view, vote }) => ({
        request_id: requestId,
        number,
        person: vote.person,
        count,
        step: vote.step,
        verdict: vote.verdict,
        reason: vote.reason,
        at: vote.at,
        authentication: vote.authentication,
        counted: vote.counted,
        why: vote.why ?? null,
        on_behalf_of: vote.onBehalfOf ?? null,
        delegation: vote.delegation ?? null,
        view: view ?? null,
      })),
    );
  },
};
