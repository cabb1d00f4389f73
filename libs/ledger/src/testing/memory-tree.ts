import { type ReadNodes } from '../proofs.js';
import { hashLeafBytes } from '../tree-hash.js';
import { type Tile, TileBuilder, type TileSource } from '../tiles.js';
import { nodesFromTiles } from '../tiles.js';

/** Leaves as the specs number them. */
export const leavesUpTo = (size: number): Buffer[] =>
  Array.from({ length: size }, (_, index) => Buffer.from(`record ${index}`));

/** A tree whose tiles lie in memory. */
export interface MemoryTree extends TileSource {
  readonly tiles: Map<string, Buffer>;
  readonly nodes: (size: number) => ReadNodes;
}

/** Stores the tiles of a tree over the hashes of leaves. */
export async function memoryTree(leafHashes: readonly Buffer[]): Promise<MemoryTree> {
  const tiles = new Map<string, Buffer>();
  const source: TileSource = {
    readTiles: (refs) => Promise.resolve(refs.map(({ level, index }) => tiles.get(`${level}/${index}`))),
    readLeaves: ({ from, to }) => Promise.resolve(leafHashes.slice(from, to)),
  };
  const keep = ({ level, index, hashes }: Tile): void => void tiles.set(`${level}/${index}`, hashes);
  const builder = await TileBuilder.after(0, source);
  for (const hash of leafHashes) builder.append(hash).forEach(keep);
  return { ...source, tiles, nodes: (size) => nodesFromTiles(size, source) };
}

/** The tree over {@link leavesUpTo} a number. */
export const numberedTree = (size: number): Promise<MemoryTree> =>
  memoryTree(leavesUpTo(size).map(hashLeafBytes));
