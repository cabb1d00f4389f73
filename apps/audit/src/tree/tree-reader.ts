import { leafHash, type ReadNodes, TILE_HEIGHT, TILE_WIDTH, type TreeNode } from '@tollgate/ledger';
import { type ClientBase, type Pool } from 'pg';
import { LEAVES, type LeafRow, leafOfRow } from './leaf-row.js';
import { Tile } from './tile.js';

interface TileRow {
  readonly level: number;
  readonly index: string;
  readonly hashes: Buffer;
}

/** Where the hash of a complete subtree is found. */
interface Spot {
  readonly tileLevel: number;
  readonly tileIndex: number;
  readonly height: number;
  /** Among the subtrees of that height of the tile. */
  readonly nth: number;
}

const spotOf = ({ level, index }: TreeNode): Spot => {
  const height = level % TILE_HEIGHT;
  const first = index * 2 ** height;
  const tileIndex = Math.floor(first / TILE_WIDTH);
  return {
    tileLevel: Math.floor(level / TILE_HEIGHT),
    tileIndex,
    height,
    nth: (first % TILE_WIDTH) / 2 ** height,
  };
};

const nameOf = ({ tileLevel, tileIndex }: Pick<Spot, 'tileLevel' | 'tileIndex'>): string =>
  `${tileLevel}/${tileIndex}`;

const FULL_TILES = `
  SELECT level, index, hashes FROM tree_tile
  JOIN unnest($1::smallint[], $2::bigint[]) AS wanted (level, index) USING (level, index)`;

const ROOTS = `
  SELECT root FROM tree_tile
  WHERE level = $1 AND index >= $2 AND index < $2::bigint + ${TILE_WIDTH} ORDER BY index`;

/** Tiles that are remembered at most, 16 KB each. */
const REMEMBERED = 1_024;

/**
 * Reads hashes of the tree: from full tiles, and right of them from the tiles below and the records. What it has read it
 * remembers, as a complete subtree never changes; so one reader is for one answer, or for a transaction.
 */
export class TreeReader {
  readonly #tiles = new Map<string, Tile>();

  /** @param client sees the tiles and the records: both roles do */
  constructor(private readonly client: Pick<Pool | ClientBase, 'query'>) {}

  /**
   * The hashes of complete subtrees.
   * @throws Error for a subtree that is not complete, by the tiles and records that there are
   */
  readonly read: ReadNodes = async (nodes) => {
    const spots = nodes.map(spotOf);
    await this.#load(spots.filter((spot) => this.#at(spot) === undefined));
    return spots.map((spot) => {
      const hash = this.#at(spot);
      if (hash === undefined) {
        throw new Error(`the tree lacks the tile ${nameOf(spot)}, or the records under it`);
      }
      return hash;
    });
  };

  #at(spot: Spot): Buffer | undefined {
    return this.#tiles.get(nameOf(spot))?.node(spot.height, spot.nth);
  }

  async #load(spots: readonly Spot[]): Promise<void> {
    if (spots.length === 0) return;
    const missing = new Map(spots.map((spot) => [nameOf(spot), spot]));
    if (this.#tiles.size + missing.size > REMEMBERED) this.#tiles.clear();
    const wanted = [...missing.values()];
    const { rows } = await this.client.query<TileRow>({
      name: 'tree-tiles',
      text: FULL_TILES,
      values: [wanted.map(({ tileLevel }) => tileLevel), wanted.map(({ tileIndex }) => tileIndex)],
    });
    for (const { level, index, hashes } of rows) {
      const name = nameOf({ tileLevel: level, tileIndex: Number(index) });
      missing.delete(name);
      this.#tiles.set(name, Tile.ofBytes(hashes));
    }
    for (const [name, { tileLevel, tileIndex }] of missing) {
      this.#tiles.set(name, new Tile(await this.#rightEdge(tileLevel, tileIndex * TILE_WIDTH)));
    }
  }

  /** The hashes that there are of a tile that is not full. */
  async #rightEdge(tileLevel: number, first: number): Promise<Buffer[]> {
    if (tileLevel === 0) {
      const { rows } = await this.client.query<LeafRow>({
        name: 'tree-leaves',
        text: LEAVES,
        values: [first, first + TILE_WIDTH],
      });
      return rows.map((row) => leafHash(leafOfRow(row)));
    }
    const { rows } = await this.client.query<{ root: Buffer }>({
      name: 'tree-roots',
      text: ROOTS,
      values: [tileLevel - 1, first],
    });
    return rows.map(({ root }) => root);
  }
}
