import { type Pool } from 'pg';
import { type Position } from '../query-ledger/cursor.js';
import { Parameters } from '../query-ledger/find-events.js';
import { LEDGER_READ } from '../record-read/ledger-read.js';
import { summarize, type RequestSummary, type SummaryRow, SUMMARY_TOPICS } from './summarize.js';
import { type SearchFilter } from './search-query.js';

/** Requests, the one with the newest record that fits first. */
export interface FoundRequests {
  readonly requests: readonly RequestSummary[];
  /** Where the next page begins; undefined where there is no more. */
  readonly next: Position | undefined;
}

interface FoundRow {
  readonly request_id: string;
  readonly arrived_at: Date;
  readonly seq: string;
}

/** How many records are looked at in one go, at first and at most. */
const FIRST_WINDOW = 1_000;
const LARGEST_WINDOW = 16_000;
/** A page is given out as it is after this time, with a link that looks further back. */
const LOOK_FOR_MS = 700;

const NEWEST: Position = { arrivedAt: 8_640_000_000_000_000, seq: 9_223_372_036_854_775_807n };

function conditions(record: string, filter: SearchFilter, parameters: Parameters): string {
  const { requests, person, action, from, to } = filter;
  return [
    `${record}.request_id IS NOT NULL`,
    `${record}.topic <> ${parameters.add(LEDGER_READ)}`,
    ...(requests === undefined
      ? []
      : [
          `${record}.request_id BETWEEN ${parameters.add(requests.lowest)} AND ${parameters.add(requests.highest)}`,
        ]),
    ...(action === undefined ? [] : [`starts_with(${record}.action, ${parameters.add(action)})`]),
    ...(person === undefined
      ? []
      : [
          `EXISTS (SELECT FROM unnest(${record}.persons) AS person WHERE starts_with(person, ${parameters.add(person)}))`,
        ]),
    ...(from === undefined ? [] : [`${record}.arrived_at >= ${parameters.add(from)}`]),
    ...(to === undefined ? [] : [`${record}.arrived_at < ${parameters.add(to)}`]),
  ].join(' AND ');
}

/** A time that Postgres understands, also for a position after all records. */
const timeOf = ({ arrivedAt }: Position): Date | string =>
  arrivedAt === NEWEST.arrivedAt ? 'infinity' : new Date(arrivedAt);

/**
 * Finds requests by their records, from the newest record back. Each request stands where its newest record that fits is:
 * it comes on one page only, however many records it has, and what arrives meanwhile moves no page that follows.
 */
export class FindRequests {
  /** @param pool connects as `audit_reader` */
  constructor(
    private readonly pool: Pool,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param after undefined for the first page */
  async find(filter: SearchFilter, limit: number, after: Position = NEWEST): Promise<FoundRequests> {
    const { found, next } =
      filter.requests === undefined
        ? await this.#throughWindows(filter, limit, after)
        : await this.#byId(filter, limit, after);
    return { requests: await this.#summaries(found), next };
  }

  /** By the index of requests. */
  async #byId(filter: SearchFilter, limit: number, after: Position): Promise<Found> {
    const parameters = new Parameters();
    const { rows } = await this.pool.query<FoundRow>(
      `WITH newest AS (
         SELECT DISTINCT ON (request_id) request_id, arrived_at, seq FROM record
         WHERE ${conditions('record', filter, parameters)}
         ORDER BY request_id, arrived_at DESC, seq DESC
       )
       SELECT * FROM newest WHERE (arrived_at, seq) < (${parameters.add(timeOf(after))}, ${parameters.add(after.seq)})
       ORDER BY arrived_at DESC, seq DESC LIMIT ${parameters.add(limit + 1)}`,
      parameters.values,
    );
    return foundOf(rows, limit);
  }

  async #throughWindows(filter: SearchFilter, limit: number, after: Position): Promise<Found> {
    const until = this.now() + LOOK_FOR_MS;
    const found: FoundRow[] = [];
    let end = after;
    for (let window = FIRST_WINDOW; ; window = Math.min(LARGEST_WINDOW, 4 * window)) {
      const { rows, last } = await this.#window(filter, limit + 1 - found.length, end, window);
      found.push(...rows);
      if (found.length > limit) return foundOf(found, limit);
      if (last === undefined) return { found, next: undefined };
      end = last;
      if (this.now() >= until) return { found, next: end };
    }
  }

  /** @returns those that fit of the next so many records, and where they end; undefined where there are no more */
  async #window(
    filter: SearchFilter,
    limit: number,
    after: Position,
    size: number,
  ): Promise<{ rows: FoundRow[]; last: Position | undefined }> {
    const parameters = new Parameters();
    const before = parameters.add(timeOf(after));
    const period = [
      ...(filter.from === undefined ? [] : [`arrived_at >= ${parameters.add(filter.from)}`]),
      ...(filter.to === undefined ? [] : [`arrived_at < ${parameters.add(filter.to)}`]),
    ];
    const { rows } = await this.pool.query<
      FoundRow & { looked: number; end_at: Date | null; end_seq: string }
    >(
      `WITH looked AS MATERIALIZED (
         SELECT arrived_at, seq, topic, request_id, action, persons FROM record
         WHERE ${['(arrived_at, seq) < ' + `(${before}, ${parameters.add(after.seq)})`, `arrived_at <= ${before}`, ...period].join(' AND ')}
         ORDER BY arrived_at DESC, seq DESC LIMIT ${parameters.add(size)}
       ), newest AS (
         SELECT DISTINCT ON (request_id) request_id, arrived_at, seq FROM looked
         WHERE ${conditions('looked', filter, parameters)}
         ORDER BY request_id, arrived_at DESC, seq DESC
       ), fitting AS (
         SELECT * FROM newest WHERE NOT EXISTS (
           SELECT FROM record AS later
           WHERE later.request_id = newest.request_id AND (later.arrived_at, later.seq) > (newest.arrived_at, newest.seq)
             AND ${conditions('later', filter, parameters)}
         )
         ORDER BY arrived_at DESC, seq DESC LIMIT ${parameters.add(limit)}
       )
       SELECT fitting.*, ends.looked, ends.end_at, ends.end_seq
       FROM (SELECT count(*)::int AS looked, min(arrived_at) AS end_at, min(seq) AS end_seq FROM looked) AS ends
       LEFT JOIN fitting ON true
       ORDER BY fitting.arrived_at DESC, fitting.seq DESC`,
      parameters.values,
    );
    const [first] = rows;
    const isOver = first === undefined || first.end_at === null || first.looked < size;
    return {
      rows: rows.filter(({ request_id: id }) => id !== null),
      last: isOver || first.end_at === null ? undefined : positionOf(first.end_at, first.end_seq),
    };
  }

  async #summaries(found: readonly FoundRow[]): Promise<RequestSummary[]> {
    const ids = found.map(({ request_id: id }) => id);
    if (ids.length === 0) return [];
    const { rows } = await this.pool.query<SummaryRow>(
      `SELECT request_id, topic, arrived_at, broker_time, action, environment, risk_level, requester, outcome FROM record
       WHERE request_id = ANY($1) AND topic = ANY($2) ORDER BY arrived_at, seq`,
      [ids, SUMMARY_TOPICS],
    );
    return ids.map((id) =>
      summarize(
        id,
        rows.filter(({ request_id: of }) => of === id),
      ),
    );
  }
}

interface Found {
  readonly found: readonly FoundRow[];
  readonly next: Position | undefined;
}

const positionOf = (arrivedAt: Date, seq: string): Position => ({
  arrivedAt: arrivedAt.getTime(),
  seq: BigInt(seq),
});

function foundOf(rows: readonly FoundRow[], limit: number): Found {
  const found = rows.slice(0, limit);
  const last = rows.length > limit ? found.at(-1) : undefined;
  return { found, next: last === undefined ? undefined : positionOf(last.arrived_at, last.seq) };
}
