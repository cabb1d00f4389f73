import { leafHash, TILE_WIDTH } from '@tollgate/ledger';
import { type ClientBase } from 'pg';
import { LEAVES, type LeafRow, leafOfRow } from '../tree/leaf-row.js';
import { Tile } from '../tree/tile.js';
import { TreeBrokenError } from './tree-broken-error.js';

/** So many tiles are added in one transaction at most: 16,384 records. */
export const MOST_TILES = 64;

const COUNT_TILES = 'SELECT coalesce(max(index) + 1, 0) AS tiles FROM tree_tile WHERE level = 0';
const ROOTS = 'SELECT root FROM tree_tile WHERE level = $1 AND index >= $2 AND index < $3 ORDER BY index';
const ADD_TILE =
  'INSERT INTO tree_tile (level, index, last_arrived_at, root, hashes) VALUES ($1, $2, $3, $4, $5)';

/** @throws TreeBrokenError unless the rows are as many as they must be, one after the other */
function checkGapless(rows: readonly LeafRow[], from: number, to: number): void {
  const wrong = rows.findIndex(({ seq }, nth) => Number(seq) !== from + nth);
  if (wrong === -1 && rows.length === to - from) return;
  throw new TreeBrokenError(
    `the record ${from + (wrong === -1 ? rows.length : wrong)} is not where the ledger must have it`,
  );
}

/** Full tiles of a level, in their order, with the arrival of their last record where that is known. */
interface NewTile {
  readonly tile: Tile;
  readonly root: Buffer;
  readonly lastArrivedAt: Date | null;
}

function fullTile(hashes: readonly Buffer[], lastArrivedAt: Date | null): NewTile {
  const tile = new Tile(hashes);
  const { root } = tile;
  if (root === undefined) throw new RangeError(`a full tile has ${TILE_WIDTH} hashes, not ${hashes.length}`);
  return { tile, root, lastArrivedAt };
}

/** Cuts the records of full tiles into tiles. Gives way to the records that come meanwhile after each. */
async function tilesOf(rows: readonly LeafRow[]): Promise<NewTile[]> {
  const tiles: NewTile[] = [];
  for (let at = 0; at + TILE_WIDTH <= rows.length; at += TILE_WIDTH) {
    const of = rows.slice(at, at + TILE_WIDTH);
    tiles.push(
      fullTile(
        of.map((row) => leafHash(leafOfRow(row))),
        new Date(Number(of.at(-1)?.arrived_ms)),
      ),
    );
    await new Promise(setImmediate);
  }
  return tiles;
}

async function addTiles(
  client: ClientBase,
  level: number,
  first: number,
  tiles: readonly NewTile[],
): Promise<void> {
  for (const [nth, { tile, root, lastArrivedAt }] of tiles.entries()) {
    await client.query({
      name: 'add-tile',
      text: ADD_TILE,
      values: [level, first + nth, lastArrivedAt, root, tile.bytes],
    });
  }
  await addTilesAbove(client, level + 1, first, first + tiles.length);
}

/** Adds the tiles of a level that became full with the tiles below from `first` up to `next`. */
async function addTilesAbove(client: ClientBase, level: number, first: number, next: number): Promise<void> {
  const from = Math.floor(first / TILE_WIDTH);
  const to = Math.floor(next / TILE_WIDTH);
  if (from === to) return;
  const { rows } = await client.query<{ root: Buffer }>(ROOTS, [
    level - 1,
    from * TILE_WIDTH,
    to * TILE_WIDTH,
  ]);
  const tiles = Array.from({ length: to - from }, (_, nth) =>
    fullTile(
      rows.slice(nth * TILE_WIDTH, (nth + 1) * TILE_WIDTH).map(({ root }) => root),
      null,
    ),
  );
  await addTiles(client, level, from, tiles);
}

/**
 * Adds the tiles that are full by now to the tree, at most {@link MOST_TILES} of the lowest level.
 * @param client in a transaction
 * @param size how many records there are
 * @returns how many records lie under full tiles then
 * @throws TreeBrokenError when a record is missing
 */
export async function growTree(client: ClientBase, size: number): Promise<number> {
  const { rows: counted } = await client.query<{ tiles: string }>(COUNT_TILES);
  const before = Number(counted[0]?.tiles ?? 0);
  const after = Math.min(Math.floor(size / TILE_WIDTH), before + MOST_TILES);
  const [from, to] = [before * TILE_WIDTH, after * TILE_WIDTH];
  if (to <= from) return from;
  const { rows } = await client.query<LeafRow>({ name: 'leaves', text: LEAVES, values: [from, to] });
  checkGapless(rows, from, to);
  await addTiles(client, 0, before, await tilesOf(rows));
  return to;
}
