import { milliseconds } from '../approval/approvals.store.js';
import { type ListPlace } from '../approvals-api/list-cursor.js';
import { type RunsOn, Statement } from '../database/statement.js';
import { type Facets, facetsColumn } from './inbox-columns.js';

/** Which part of an inbox: what waits for its person, or what waits for others while they follow it. */
export type WaitingPart = 'mine' | 'others';

/** What of a part is looked for. */
export interface WaitingFilter extends Facets {
  /** A text in the requester's id or name, in any case. */
  readonly requester?: string;
}

interface Key {
  readonly request_id: string;
  readonly deadline_ms: number;
}

const COLUMNS: Readonly<Record<WaitingPart, string>> = { mine: 'waits_for', others: 'followed_by' };
const PARTS: readonly WaitingPart[] = ['mine', 'others'];

/**
 * So many approvals with the nearest deadlines are looked through, one by one, before the index of people is asked: cheap
 * for whoever is asked of many, and for whoever is asked of few a few milliseconds.
 */
const NEAREST = 4_000;

// The text comes in lower case, so that nothing is worked out anew for each row.
const REQUESTED_BY = `
  AND (strpos(requester, $6) > 0
       OR requester = ANY (ARRAY(SELECT lower(person) FROM contact WHERE strpos(lower(name), $6) > 0)))`;

const PAGE = `AND (deadline, request_id) > (to_timestamp($2::float8 / 1000), $3::uuid)`;
const ORDER = 'ORDER BY deadline, request_id';
/** Only of the keys of the page is it worked out what their deadlines are in milliseconds. */
const firstOf = (keys: string): string => `
  SELECT request_id, ${milliseconds('deadline')} AS deadline_ms FROM (${keys} ${ORDER} LIMIT $4) AS page ${ORDER}`;

interface Shapes {
  /** Looks through the nearest deadlines, until the page is full. */
  readonly nearest: Statement<Key>;
  /** Looks up all that the index has for the person, and puts it in order. */
  readonly all: Statement<Key>;
}

function shapesOf(part: WaitingPart, faceted: boolean, requested: boolean): Shapes {
  const column = COLUMNS[part];
  const name = `inbox_${part}${faceted ? '_faceted' : ''}${requested ? '_requested' : ''}`;
  // Also a parameter that is not used has to have a type.
  const condition = `${column} @> ARRAY[$1::text]
    AND ${faceted ? 'facets @> $5::text[]' : '$5::text[] IS NOT NULL'}
    ${requested ? REQUESTED_BY : 'AND $6::text IS NOT NULL'}`;
  return {
    nearest: new Statement(
      `${name}_nearest`,
      firstOf(`
        SELECT request_id, deadline FROM (
          SELECT request_id, deadline, requester, facets, ${column} FROM approval
          WHERE status = 'pending' ${PAGE} ${ORDER} LIMIT ${NEAREST}
        ) AS nearest WHERE ${condition}`),
    ),
    // No index but that of people answers to \`status <> 'closed'\`, whenever the statement is planned.
    all: new Statement(
      `${name}_all`,
      firstOf(`SELECT request_id, deadline FROM approval WHERE status <> 'closed' AND ${condition} ${PAGE}`),
    ),
  };
}

const keyed = (part: WaitingPart, faceted: boolean, requested: boolean): string =>
  `${part} ${faceted} ${requested}`;
const SHAPES: ReadonlyMap<string, Shapes> = new Map(
  PARTS.flatMap((part) =>
    [false, true].flatMap((faceted) =>
      [false, true].map((requested): [string, Shapes] => [
        keyed(part, faceted, requested),
        shapesOf(part, faceted, requested),
      ]),
    ),
  ),
);

/** Where the list of what waits begins. */
export const FIRST_PLACE: ListPlace = { deadline: 0, requestId: '00000000-0000-0000-0000-000000000000' };

/** Finds what waits in a person's inbox, the nearest deadline first; see docs/design/people.md for why in two shapes. */
export const waitingKeys = {
  /**
   * @param after the place where the last page ended
   * @param limit how many at most
   * @returns the places, which may have moved by the time their approvals are read
   */
  async find(
    on: RunsOn,
    person: string,
    part: WaitingPart,
    { requester = '', ...facets }: WaitingFilter,
    after: ListPlace,
    limit: number,
  ): Promise<ListPlace[]> {
    const wanted = facetsColumn(facets);
    const shapes = SHAPES.get(keyed(part, wanted.length > 0, requester !== ''));
    if (shapes === undefined) throw new Error(`there is no part ${part} of an inbox`);
    const values = [person, after.deadline, after.requestId, limit, wanted, requester.toLowerCase()];
    const near = await shapes.nearest.run(on, ...values);
    const rows = near.length === limit ? near : await shapes.all.run(on, ...values);
    return rows.map((row) => ({ deadline: row.deadline_ms, requestId: row.request_id }));
  },
};
