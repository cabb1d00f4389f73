import { type ReadNodes } from './proofs.js';
import { HASH_BYTES, hashNode } from './tree-hash.js';
import { type LeafRange, type TreeNode } from './tree-nodes.js';

/** How many hashes a full tile holds, and how many levels of the tree it spans (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;
export const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** Which tile: at level 0 the hashes of leaves, at each level above the roots of the full tiles below. */
export interface TileRef {
  readonly level: number;
  readonly index: number;
}

/** A full tile: 256 hashes in one piece. */
export interface Tile extends TileRef {
  readonly hashes: Buffer;
}

/** A tile store, as it is filled from the front. */
export interface TileSource {
  /** The hashes of full tiles, in the order in which they are named; undefined for one that is not stored. */
  readonly readTiles: (tiles: readonly TileRef[]) => Promise<readonly (Buffer | undefined)[]>;
  /** The hashes of leaves that no full tile holds yet, computed from their records. */
  readonly readLeaves: (range: LeafRange) => Promise<readonly Buffer[]>;
}

const hashAt = (hashes: Buffer, nth: number): Buffer =>
  hashes.subarray(nth * HASH_BYTES, (nth + 1) * HASH_BYTES);

/**
 * The hashes of a tile, and the nodes over them, which are computed when they are first asked for: many proofs need the
 * same ones.
 */
class TileNodes {
  readonly #levels: (Buffer | undefined)[][];

  constructor(hashes: readonly Buffer[]) {
    this.#levels = [[...hashes]];
  }

  /** @returns the hash of a complete subtree; its level counts from that of the tile's own hashes */
  node(level: number, index: number): Buffer {
    const known = (this.#levels[level] ??= []);
    const hash = known[index];
    if (hash !== undefined) return hash;
    if (level === 0) throw new RangeError('the tile is too narrow');
    return (known[index] = hashNode(this.node(level - 1, 2 * index), this.node(level - 1, 2 * index + 1)));
  }
}

const hashesIn = (tile: Buffer): Buffer[] =>
  Array.from({ length: tile.length / HASH_BYTES }, (_, nth) => hashAt(tile, nth));

/**
 * The root of a full tile, which is a hash of the tile above it.
 * @throws RangeError for a tile that is not full
 */
export function tileRoot(hashes: Buffer): Buffer {
  if (hashes.length !== TILE_BYTES)
    throw new RangeError(`a full tile has ${TILE_BYTES} bytes, not ${hashes.length}`);
  return new TileNodes(hashesIn(hashes)).node(TILE_HEIGHT, 0);
}

/** The unfinished tile of a level. */
interface Unfinished {
  index: number;
  hashes: Buffer[];
}

/**
 * Cuts a tree that grows into tiles. It keeps the unfinished tile of each level, at most 255 hashes each.
 */
export class TileBuilder {
  readonly #levels: Unfinished[];

  private constructor(levels: Unfinished[]) {
    this.#levels = levels;
  }

  /**
   * A builder that goes on after the tree's first leaves.
   * @param size how many leaves there are
   */
  static async after(size: number, source: TileSource): Promise<TileBuilder> {
    const levels: Unfinished[] = [];
    for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
      const index = Math.floor(count / TILE_WIDTH);
      levels.push({ index, hashes: await hashesAtEdge({ level, index }, count % TILE_WIDTH, source) });
    }
    return new TileBuilder(levels);
  }

  /** Adds a leaf; @returns the tiles that it made full, lowest first */
  append(leafHash: Buffer): Tile[] {
    const full: Tile[] = [];
    let hash = leafHash;
    for (let level = 0; ; level += 1) {
      const unfinished = (this.#levels[level] ??= { index: 0, hashes: [] });
      unfinished.hashes.push(hash);
      if (unfinished.hashes.length < TILE_WIDTH) return full;
      const hashes = Buffer.concat(unfinished.hashes);
      full.push({ level, index: unfinished.index, hashes });
      unfinished.index += 1;
      unfinished.hashes = [];
      hash = tileRoot(hashes);
    }
  }
}

/** The first hashes of a tile that need not be full. */
async function hashesAtEdge({ level, index }: TileRef, width: number, source: TileSource): Promise<Buffer[]> {
  if (width === 0) return [];
  const first = index * TILE_WIDTH;
  if (level === 0) {
    const leaves = await source.readLeaves({ from: first, to: first + width });
    if (leaves.length !== width)
      throw new RangeError(`${width} leaves from ${first} on were asked for, ${leaves.length} came`);
    return [...leaves];
  }
  const below = await source.readTiles(
    Array.from({ length: width }, (_, nth) => ({ level: level - 1, index: first + nth })),
  );
  return below.map((tile, nth) => {
    if (tile === undefined) throw new RangeError(`tile ${level - 1}/${first + nth} is missing`);
    return tileRoot(tile);
  });
}

const nameOf = ({ level, index }: TileRef): string => `${level}/${index}`;

/**
 * Reads complete subtrees of a tree of some size from its tiles, and from the records after the last full one. What was
 * read is kept in mind for the next call, up to a number of tiles, so that many proofs cost few reads.
 * @param size of the tree; a node beyond it is refused
 * @param keep how many tiles to keep in mind
 */
export function nodesFromTiles(size: number, source: TileSource, keep = 64): ReadNodes {
  const known = new Map<string, TileNodes>();
  const widthOf = ({ level, index }: TileRef): number =>
    Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH);

  /** Where a node lies: in which tile, and where in there. */
  const placeOf = ({ level, index }: TreeNode) => {
    const inner = level % TILE_HEIGHT;
    const perTile = TILE_WIDTH / 2 ** inner;
    const tile = { level: Math.floor(level / TILE_HEIGHT), index: Math.floor(index / perTile) };
    const nth = index % perTile;
    if ((nth + 1) * 2 ** inner > widthOf(tile)) {
      throw new RangeError(`a tree of ${size} leaves has no node ${level}/${index}`);
    }
    return { tile, inner, nth };
  };

  async function load(tiles: readonly TileRef[]): Promise<Map<string, TileNodes>> {
    const loaded = new Map<string, TileNodes>();
    const full = tiles.filter((tile) => widthOf(tile) === TILE_WIDTH);
    const read = full.length === 0 ? [] : await source.readTiles(full);
    for (const [nth, tile] of full.entries()) {
      const hashes = read[nth];
      if (hashes?.length !== TILE_BYTES) throw new RangeError(`tile ${nameOf(tile)} is missing`);
      loaded.set(nameOf(tile), new TileNodes(hashesIn(hashes)));
    }
    for (const tile of tiles) {
      const width = widthOf(tile);
      if (width < TILE_WIDTH)
        loaded.set(nameOf(tile), new TileNodes(await hashesAtEdge(tile, width, source)));
    }
    return loaded;
  }

  return async (nodes) => {
    const places = nodes.map(placeOf);
    const here = new Map<string, TileNodes>();
    const unknown = new Map<string, TileRef>();
    for (const { tile } of places) {
      const name = nameOf(tile);
      const tileNodes = known.get(name);
      if (tileNodes === undefined) unknown.set(name, tile);
      else here.set(name, tileNodes);
    }
    for (const [name, tileNodes] of await load([...unknown.values()])) {
      here.set(name, tileNodes);
      known.set(name, tileNodes);
      const [oldest] = known.keys();
      if (known.size > keep && oldest !== undefined) known.delete(oldest);
    }
    return places.map(({ tile, inner, nth }) => {
      const tileNodes = here.get(nameOf(tile));
      if (tileNodes === undefined) throw new RangeError(`tile ${nameOf(tile)} is missing`);
      return tileNodes.node(inner, nth);
    });
  };
}
