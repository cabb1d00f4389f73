import { type ReadNodes } from './proofs.js';
import { HASH_BYTES, hashNode } from './tree-hash.js';
import { type LeafRange } from './tree-nodes.js';

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

/** The root over 2^n hashes in one piece. */
function rootOver(hashes: Buffer): Buffer {
  let level = Array.from({ length: hashes.length / HASH_BYTES }, (_, nth) => hashAt(hashes, nth));
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, nth) =>
      hashNode(level[2 * nth] ?? Buffer.alloc(0), level[2 * nth + 1] ?? Buffer.alloc(0)),
    );
  }
  const [root] = level;
  if (root === undefined) throw new RangeError('there is no root over no hashes');
  return root;
}

/**
 * The root of a full tile, which is a hash of the tile above it.
 * @throws RangeError for a tile that is not full
 */
export function tileRoot(hashes: Buffer): Buffer {
  if (hashes.length !== TILE_BYTES)
    throw new RangeError(`a full tile has ${TILE_BYTES} bytes, not ${hashes.length}`);
  return rootOver(hashes);
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
  const known = new Map<string, Buffer>();
  const remember = (name: string, hashes: Buffer): void => {
    known.set(name, hashes);
    const [oldest] = known.keys();
    if (known.size > keep && oldest !== undefined) known.delete(oldest);
  };
  const widthOf = ({ level, index }: TileRef): number =>
    Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH);

  return async (nodes) => {
    const parts = nodes.map(({ level, index }) => {
      const tileLevel = Math.floor(level / TILE_HEIGHT);
      const count = 2 ** (level % TILE_HEIGHT);
      const tile = { level: tileLevel, index: Math.floor((index * count) / TILE_WIDTH) };
      const first = index * count - tile.index * TILE_WIDTH;
      if (first + count > widthOf(tile))
        throw new RangeError(`a tree of ${size} leaves has no node ${level}/${index}`);
      return { tile, first, count };
    });
    const here = new Map<string, Buffer>();
    const wanted = new Map(parts.map(({ tile }) => [nameOf(tile), tile]));
    const unknown: TileRef[] = [];
    for (const [name, tile] of wanted) {
      const hashes = known.get(name);
      if (hashes === undefined) unknown.push(tile);
      else here.set(name, hashes);
    }
    const full = unknown.filter((tile) => widthOf(tile) === TILE_WIDTH);
    const read = full.length === 0 ? [] : await source.readTiles(full);
    for (const [nth, tile] of full.entries()) {
      const hashes = read[nth];
      if (hashes?.length !== TILE_BYTES) throw new RangeError(`tile ${nameOf(tile)} is missing`);
      here.set(nameOf(tile), hashes);
    }
    for (const tile of unknown) {
      const width = widthOf(tile);
      if (width < TILE_WIDTH) here.set(nameOf(tile), Buffer.concat(await hashesAtEdge(tile, width, source)));
    }
    for (const tile of unknown) remember(nameOf(tile), here.get(nameOf(tile)) ?? Buffer.alloc(0));
    return parts.map(({ tile, first, count }) => {
      const hashes = here.get(nameOf(tile)) ?? Buffer.alloc(0);
      return rootOver(hashes.subarray(first * HASH_BYTES, (first + count) * HASH_BYTES));
    });
  };
}
