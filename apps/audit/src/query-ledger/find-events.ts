import { TILE_WIDTH } from '@tollgate/ledger';
import { type Pool } from 'pg';
import { LONGEST_LISTED_VALUE, type LedgerRow, rowColumns } from '../ledger-reader/ledger-row.js';
import { type Position } from './cursor.js';

export { type Position };
import { LEDGER_READ } from '../record-read/ledger-read.js';
import { facetsOf } from '../tree/facets.js';
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

const TILE = BigInt(TILE_WIDTH);
/** How many tiles are looked into in one go, at first and at most. */
const FIRST_TILES = 8;
const MOST_TILES = 128;

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

interface TileRow {
  readonly index: string;
  readonly first_arrived_at: Date;
  readonly last_arrived_at: Date;
  /** Whether it stands for the end of all that are described. */
  readonly is_last: boolean;
}

const positionOf = ({ arrived_at, seq }: Pick<LedgerRow, 'arrived_at' | 'seq'>): Position => ({
  arrivedAt: arrived_at.getTime(),
  seq: BigInt(seq),
});

/**
 * Finds records in the order in which they arrived, which never changes: later records only come after.
 *
 * A question about one request goes to the index of requests. One about facets looks into the tiles that have them all, and
 * then, as one about nothing in particular does, through the records window by window. Where few fit, the page ends
 * when its time is over, with fewer records than asked for, and says that there is more.
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
    const page = (end: Position, more: boolean): EventPage => {
      const last = found.length > limit ? found[limit - 1] : undefined;
      return last === undefined
        ? { rows: found, end, more }
        : { rows: found.slice(0, limit), end: positionOf(last), more: true };
    };
    let end = after;
    const facets = facetsOf(filter);
    for (let tiles = FIRST_TILES; facets.length > 0; tiles = Math.min(MOST_TILES, 4 * tiles)) {
      const { rows, last, isOver } = await this.#tiles(filter, facets, limit + 1 - found.length, end, tiles);
      found.push(...rows);
      if (last !== undefined) end = last;
      if (found.length > limit || this.now() >= until) return page(end, true);
      if (isOver) break;
    }
    const asked = listed(filter, new Parameters()).length > 0;
    for (let window = asked ? FIRST_WINDOW : limit + 1; ; window = Math.min(LARGEST_WINDOW, 4 * window)) {
      const { rows, last, looked } = await this.#window(filter, limit + 1 - found.length, end, window);
      found.push(...rows);
      if (last !== undefined) end = last;
      const more = looked === window;
      if (found.length > limit || !more || this.now() >= until) return page(end, more);
    }
  }

  /**
   * Looks into the next so many tiles that have all facets.
   * @returns what fits, up to a limit; up to where everything was looked at; and whether no described tile is left
   */
  async #tiles(
    filter: EventFilter,
    facets: readonly string[],
    limit: number,
    after: Position,
    count: number,
  ): Promise<{ rows: LedgerRow[]; last: Position | undefined; isOver: boolean }> {
    const first = (after.seq + 1n) / TILE;
    const { rows: tiles } = await this.pool.query<TileRow>(
      `SELECT index, first_arrived_at, last_arrived_at, false AS is_last FROM (
         SELECT * FROM tile_facets WHERE facets @> $1 AND index >= $2
           AND last_arrived_at >= coalesce($3, '-infinity'::timestamptz) AND first_arrived_at < coalesce($4, 'infinity'::timestamptz)
         ORDER BY index LIMIT $5) AS fitting
       UNION ALL
       (SELECT index, first_arrived_at, last_arrived_at, true FROM tile_facets WHERE index >= $2 ORDER BY index DESC LIMIT 1)`,
      [facets, first, filter.from ?? null, filter.to ?? null, count],
    );
    const fitting = tiles.filter((tile) => !tile.is_last);
    const isOver = fitting.length < count;
    const reached = isOver ? tiles.find((tile) => tile.is_last) : fitting.at(-1);
    if (reached === undefined) return { rows: [], last: undefined, isOver };
    const parameters = new Parameters();
    const [indexes, firsts, lasts] = [
      parameters.add(fitting.map(({ index }) => index)),
      parameters.add(fitting.map((tile) => tile.first_arrived_at)),
      parameters.add(fitting.map((tile) => tile.last_arrived_at)),
    ];
    const { rows } = await this.pool.query<LedgerRow>(
      `SELECT ${rowColumns(LONGEST_LISTED_VALUE)}
       FROM unnest(${indexes}::int8[], ${firsts}::timestamptz[], ${lasts}::timestamptz[]) AS tile (index, first_at, last_at)
       CROSS JOIN LATERAL (
         SELECT * FROM record
         WHERE arrived_at BETWEEN first_at AND last_at AND seq >= index * ${TILE} AND seq < (index + 1) * ${TILE}
           AND ${all([...within(filter, after, parameters), ...listed(filter, parameters)])}
         OFFSET 0
       ) AS record
       ORDER BY arrived_at, seq LIMIT ${parameters.add(limit)}`,
      parameters.values,
    );
    const last = {
      arrivedAt: reached.last_arrived_at.getTime(),
      seq: (BigInt(reached.index) + 1n) * TILE - 1n,
    };
    return { rows, last, isOver };
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
