import { sqlStateOf } from '@tollgate/persistence';
import { type Pool } from 'pg';
import { type EndCount, type Insights, type VoteCount, type Waiting } from './insights.js';
import { type InsightsQuery } from './insights-query.js';
import { INSIGHTS_SQL, WAITING_BUCKETS } from './insights-sql.js';
import { type TimeBins } from './time-bins.js';

const QUERY_CANCELED = '57014';

interface Named {
  readonly name: string;
}

interface InsightsRow {
  readonly size: string | null;
  readonly root: Buffer | null;
  readonly at: Date | null;
  readonly from_seq: string | null;
  readonly to_seq: string | null;
  readonly records: number;
  readonly unreadable: number;
  readonly counts: readonly VoteCount[];
  readonly people: readonly Named[];
  readonly actions: readonly Named[];
  readonly all_people: number;
  readonly all_actions: number;
  readonly all_votes: number;
  readonly waited: readonly (Waiting & { readonly bin: number | null })[];
  readonly buckets: readonly { readonly bucket: number; readonly decisions: number }[];
  readonly without_route: number;
  readonly ends: readonly EndCount[];
}

const nameOf = ({ name }: Named): string => name;

function checkpointOf({ size, root, at }: InsightsRow): Insights['checkpoint'] {
  return size === null || root === null || at === null
    ? undefined
    : { size: Number(size), root: root.toString('base64'), at };
}

function waitingOf({ waited, buckets, without_route: withoutRoute }: InsightsRow): Insights['waiting'] {
  const counts = new Map(buckets.map(({ bucket, decisions }) => [bucket, decisions]));
  return {
    all: waited.find(({ bin }) => bin === null),
    bins: waited.flatMap(({ bin, ...waiting }) => (bin === null ? [] : [{ bin, ...waiting }])),
    histogram: Array.from({ length: WAITING_BUCKETS.length + 1 }, (_, nth) => counts.get(nth) ?? 0),
    withoutRoute,
  };
}

/** Computes the page from the records alone, as reports are computed. */
export class FindInsights {
  /** @param pool connects as `audit_reader` */
  constructor(private readonly pool: Pool) {}

  /** @returns undefined where the period holds more than can be counted in the time of a query */
  async find({ from, to, action }: InsightsQuery, bins: TimeBins): Promise<Insights | undefined> {
    const row = await this.#row([from, to, action ?? null, bins.begin, bins.days]);
    return (
      row && {
        population: {
          fromSeq: Number(row.from_seq ?? 0),
          toSeq: Number(row.to_seq ?? 0),
          records: row.records,
          unreadable: row.unreadable,
        },
        checkpoint: checkpointOf(row),
        votes: {
          counts: row.counts,
          people: row.people.map(nameOf),
          actions: row.actions.map(nameOf),
          allPeople: row.all_people,
          allActions: row.all_actions,
          allVotes: row.all_votes,
        },
        waiting: waitingOf(row),
        ends: row.ends,
      }
    );
  }

  async #row(values: readonly unknown[]): Promise<InsightsRow | undefined> {
    try {
      const { rows } = await this.pool.query<InsightsRow>(INSIGHTS_SQL, [...values]);
      return rows[0];
    } catch (error) {
      if (sqlStateOf(error) === QUERY_CANCELED) return undefined;
      throw error;
    }
  }
}
