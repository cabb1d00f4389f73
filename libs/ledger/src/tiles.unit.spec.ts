import { describe, expect, it } from '@jest/globals';
import { readRoot } from './proofs.js';
import { leavesUpTo, memoryTree, numberedTree } from './testing/memory-tree.js';
import { mth } from './testing/naive-tree.js';
import {
  nodesFromTiles,
  type Tile,
  TILE_BYTES,
  TILE_WIDTH,
  TileBuilder,
  tileRoot,
  type TileSource,
} from './tiles.js';
import { TreeEdge } from './tree-edge.js';
import { hashLeafBytes } from './tree-hash.js';

describe('tiles', () => {
  it('hold leaves below and the roots of full tiles above', async () => {
    const size = TILE_WIDTH * TILE_WIDTH + 300;
    const hashes = leavesUpTo(size).map(hashLeafBytes);
    const { tiles, nodes } = await memoryTree(hashes);
    expect([...tiles.keys()].filter((name) => !name.startsWith('0/'))).toEqual(['1/0']);
    expect(tiles.size).toBe(TILE_WIDTH + 1 + 1);
    expect(tiles.get('0/3')).toEqual(Buffer.concat(hashes.slice(768, 1024)));
    expect(tiles.get('1/0')?.subarray(3 * 32, 4 * 32)).toEqual(tileRoot(tiles.get('0/3') ?? Buffer.alloc(0)));
    const edge = new TreeEdge();
    for (const hash of hashes) edge.append(hash);
    expect(await readRoot(size, nodes(size))).toEqual(edge.root());
  });

  it('have the root of their leaves', async () => {
    const { tiles } = await numberedTree(TILE_WIDTH);
    expect(tileRoot(tiles.get('0/0') ?? Buffer.alloc(0))).toEqual(mth(leavesUpTo(TILE_WIDTH)));
    expect(() => tileRoot(Buffer.alloc(TILE_BYTES - 32))).toThrow('a full tile has 8192 bytes');
  });

  it.each([0, 1, 255, 256, 257, 700])('go on after %i leaves as if never interrupted', async (first) => {
    const hashes = leavesUpTo(1100).map(hashLeafBytes);
    const whole = await memoryTree(hashes);
    const builder = await TileBuilder.after(first, whole);
    const made = hashes.slice(first).flatMap((hash) => builder.append(hash));
    const name = ({ level, index }: Tile): string => `${level}/${index}`;
    for (const tile of made) expect(tile.hashes).toEqual(whole.tiles.get(name(tile)));
    expect(made.length).toBe(4 - Math.floor(first / TILE_WIDTH));
  });

  it('that are missing are named', async () => {
    const { tiles, readLeaves } = await numberedTree(600);
    tiles.delete('0/1');
    const source: TileSource = {
      readTiles: (refs) => Promise.resolve(refs.map(({ level, index }) => tiles.get(`${level}/${index}`))),
      readLeaves,
    };
    await expect(readRoot(600, nodesFromTiles(600, source))).rejects.toThrow('tile 0/1 is missing');
    await expect(TileBuilder.after(600, source)).rejects.toThrow('tile 0/1 is missing');
    const whole = await numberedTree(600);
    const forgetful = nodesFromTiles(600, { ...whole, readLeaves: () => Promise.resolve([]) });
    await expect(readRoot(600, forgetful)).rejects.toThrow('0 came');
  });

  it('give no node beyond the tree', async () => {
    const { nodes } = await numberedTree(600);
    await expect(nodes(512)([{ level: 0, index: 512 }])).rejects.toThrow('no node 0/512');
    await expect(nodes(600)([{ level: 9, index: 1 }])).rejects.toThrow('no node 9/1');
  });

  it('are read once for many proofs, and no more are kept than told', async () => {
    const tree = await numberedTree(2048);
    let reads = 0;
    const counting: TileSource = {
      ...tree,
      readTiles: (refs) => {
        reads += refs.length;
        return tree.readTiles(refs);
      },
    };
    const keeping = nodesFromTiles(2048, counting, 4);
    for (let index = 0; index < 256; index += 1) await keeping([{ level: 0, index }]);
    expect(reads).toBe(1);
    for (let tile = 0; tile < 8; tile += 1) await keeping([{ level: 0, index: tile * TILE_WIDTH }]);
    expect(reads).toBe(8);
    await keeping([{ level: 0, index: 0 }]);
    expect(reads).toBe(9);
  });
});
