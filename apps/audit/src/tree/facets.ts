import { TILE_WIDTH } from '@tollgate/ledger';
import { type ClientBase } from 'pg';
import { type EventFilter } from '../query-ledger/event-query.js';
import { arrivalBound } from './leaf-row.js';

/** The kinds of facets, each with its column. */
const KINDS = {
  topic: 'topic',
  action: 'action',
  environment: 'environment',
  riskLevel: 'risk_level',
  outcome: 'outcome',
} as const;
const PERSON = 'person';

/** So many tiles at most are described in one go; older ledgers catch up by as many with each checkpoint. */
const MOST_TILES = 512;

const COUNT = 'SELECT coalesce(max(index) + 1, 0) AS tiles FROM tile_facets';
const OF_RECORD = `array_remove(ARRAY[${Object.entries(KINDS)
  .map(([kind, column]) => `'${kind}:' || ${column}`)
  .join(
    ', ',
  )}], NULL) || coalesce((SELECT array_agg('${PERSON}:' || name) FROM unnest(persons) AS name), '{}')`;
const DESCRIBE = `
  INSERT INTO tile_facets (index, first_arrived_at, last_arrived_at, facets)
  SELECT seq / ${TILE_WIDTH}, min(arrived_at), max(arrived_at), array_agg(DISTINCT facet)
  FROM record CROSS JOIN LATERAL unnest(${OF_RECORD}) AS facet
  WHERE arrived_at >= ${arrivalBound('$1')} AND seq >= $1 AND seq < $2
  GROUP BY 1`;

/** What a filter asks for, as tiles have it; none where it asks for something else alone. */
export const facetsOf = ({ person, ...filter }: EventFilter): string[] => [
  ...(Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((kind) => {
    const value = filter[kind];
    return value === undefined ? [] : [`${kind}:${value}`];
  }),
  ...(person === undefined ? [] : [`${PERSON}:${person}`]),
];

/**
 * Describes full tiles that are not described yet, by the facets of their records.
 * @param client in a transaction
 * @param tiled how many records lie under full tiles
 */
export async function describeTiles(client: ClientBase, tiled: number): Promise<void> {
  const { rows } = await client.query<{ tiles: string }>(COUNT);
  const first = Number(rows[0]?.tiles ?? 0);
  const next = Math.min(Math.floor(tiled / TILE_WIDTH), first + MOST_TILES);
  if (next > first)
    await client.query({
      name: 'describe-tiles',
      text: DESCRIBE,
      values: [first * TILE_WIDTH, next * TILE_WIDTH],
    });
}
