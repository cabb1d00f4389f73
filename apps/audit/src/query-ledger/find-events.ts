import { type Pool } from 'pg';
import { LONGEST_LISTED_VALUE, type LedgerRow, rowColumns } from '../ledger-reader/ledger-row.js';
import { type Position } from './cursor.js';

export { type Position };
import { LEDGER_READ } from '../record-read/ledger-read.js';
import { type EventFilter } from './event-query.js';

/** A page of records, oldest first. */
export interface EventPage {
  readonly rows: readonly LedgerRow[];
  /** Where the next page begins: after the last record that was looked at. */
  readonly end: Position;
  /** Whether there may be more now. */
  readonly more: boolean;
}

/** How many records are looked at in one go, at first and at most. */
const FIRST_WINDOW = 2_000;
const LARGEST_WINDOW = 32_000;
/** A page is given out as it is after this time, full or not, with a cursor that goes on. */
const LOOK_FOR_MS = 1_000;

const BEGINNING: Position = { arrivedAt: 0, seq: -1n };

/** Placeholders for values, in the order in which they come. */
export class Parameters {
  readonly values: unknown[] = [];
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** The part of a filter that narrows nothing by an index. */
export function conditions(filter: EventFilter, parameters: Parameters): string[] {
  const { topic, person, action, environment, riskLevel, outcome } = filter;
  const equal = { topic, action, environment, risk_level: riskLevel, outcome };
  return [
    ...Object.entries(equal).flatMap(([column, value]) =>
      value === undefined ? [] : [`${column} = ${parameters.add(value)}`],
    ),
    ...(person === undefined ? [] : [`persons @> ARRAY[${parameters.add(person)}]`]),
  ];
}

/**
 * The conditions of a list. Reads of the ledger are in it only where they are asked for: each page is a read itself, and
 * whoever follows the list to its end would never get there.
 */
const listed = (filter: EventFilter, parameters: Parameters): string[] => [
  ...conditions(filter, parameters),
  ...(filter.topic === undefined ? [`topic <> ${parameters.add(LEDGER_READ)}`] : []),
];

/** After a position and within the period; `arrived_at` by itself too, so that Postgres skips the other months. */
function within({ from, to }: EventFilter, after: Position, parameters: Parameters): string[] {
  const arrivedAt = parameters.add(new Date(after.arrivedAt));
  return [
    `(arrived_at, seq) > (${arrivedAt}, ${parameters.add(after.seq)})`,
    `arrived_at >= ${arrivedAt}`,
    ...(from === undefined ? [] : [`arrived_at >= ${parameters.add(from)}`]),
    ...(to === undefined ? [] : [`arrived_at < ${parameters.add(to)}`]),
  ];
}

const all = (parts: readonly string[]): string => (parts.length === 0 ? 'true' : parts.join(' AND '));

/** What comes with each row of a window: how much was looked at, and up to where. */
interface Looked {
  readonly looked: number;
  readonly last_arrived_at: Date | null;
  readonly last_seq: string | null;
}

const positionOf = ({ arrived_at, seq }: Pick<LedgerRow, 'arrived_at' | 'seq'>): Position => ({
  arrivedAt: arrived_at.getTime(),
  seq: BigInt(seq),
});

/**
 * Finds records in the order in which they arrived, which never changes: later records only come after.
 *
 * A question about one request goes to the index of requests. Any other looks through the records from the cursor on,
 * window by window; where few fit, the page ends when its time is over, with fewer records than asked for, and says
 * that there is more.
 */
export class FindEvents {
  /** @param pool connects as `audit_reader` */
  constructor(
    private readonly pool: Pool,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @param after undefined for the first page */
  async find(filter: EventFilter, limit: number, after: Position = BEGINNING): Promise<EventPage> {
    return filter.requestId === undefined
      ? this.#throughWindows(filter, limit, after)
      : this.#ofRequest(filter, filter.requestId, limit, after);
  }

  async #ofRequest(
    filter: EventFilter,
    requestId: string,
    limit: number,
    after: Position,
  ): Promise<EventPage> {
    const parameters = new Parameters();
    const { rows } = await this.pool.query<LedgerRow>(
      `WITH of_request AS MATERIALIZED (SELECT * FROM record WHERE request_id = ${parameters.add(requestId)})
       SELECT ${rowColumns(LONGEST_LISTED_VALUE)} FROM of_request
       WHERE ${all([...within(filter, after, parameters), ...listed(filter, parameters)])}
       ORDER BY arrived_at, seq LIMIT ${parameters.add(limit + 1)}`,
      parameters.values,
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { rows: page, end: last === undefined ? after : positionOf(last), more: rows.length > limit };
  }

  async #throughWindows(filter: EventFilter, limit: number, after: Position): Promise<EventPage> {
    const until = this.now() + LOOK_FOR_MS;
    const found: LedgerRow[] = [];
    let end = after;
    const asked = listed(filter, new Parameters()).length > 0;
    for (let window = asked ? FIRST_WINDOW : limit + 1; ; window = Math.min(LARGEST_WINDOW, 4 * window)) {
      const { rows, last, looked } = await this.#window(filter, limit + 1 - found.length, end, window);
      found.push(...rows);
      if (found.length > limit) {
        const page = found.slice(0, limit);
        const lastOfPage = page.at(-1);
        return { rows: page, end: lastOfPage === undefined ? end : positionOf(lastOfPage), more: true };
      }
      if (last !== undefined) end = last;
      const more = looked === window;
      if (!more || this.now() >= until) return { rows: found, end, more };
    }
  }

  /** Looks at the next so many records, and gives those that fit, up to a limit, and the position of the last one. */
  async #window(
    filter: EventFilter,
    limit: number,
    after: Position,
    size: number,
  ): Promise<{ rows: LedgerRow[]; last: Position | undefined; looked: number }> {
    const parameters = new Parameters();
    const { rows } = await this.pool.query<LedgerRow & Looked>(
      `WITH looked AS MATERIALIZED (
         SELECT arrived_at, seq, topic, action, environment, risk_level, requester, outcome, persons FROM record
         WHERE ${all(within(filter, after, parameters))}
         ORDER BY arrived_at, seq LIMIT ${parameters.add(size)}
       ), fitting AS (
         SELECT arrived_at, seq FROM looked
         WHERE ${all(listed(filter, parameters))}
         ORDER BY arrived_at, seq LIMIT ${parameters.add(limit)}
       )
       SELECT whole.*, last.looked, last.last_arrived_at, last.last_seq
       FROM (SELECT count(*)::int AS looked, max(arrived_at) AS last_arrived_at, max(seq) AS last_seq FROM looked) AS last
       LEFT JOIN (
         SELECT ${rowColumns(LONGEST_LISTED_VALUE)} FROM record JOIN fitting USING (arrived_at, seq)
       ) AS whole ON true
       ORDER BY whole.arrived_at, whole.seq`,
      parameters.values,
    );
    const [first] = rows;
    const last =
      first === undefined || first.last_arrived_at === null || first.last_seq === null
        ? undefined
        : positionOf({ arrived_at: first.last_arrived_at, seq: first.last_seq });
    // Without a fitting record the join still gives one row, of which only what was looked at is set.
    return { rows: rows.filter(({ sha256 }) => sha256 !== null), last, looked: first?.looked ?? 0 };
  }
}
