import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isConsistent,
  isIncluded,
  proveConsistency,
  proveInclusion,
  proveRange,
  readRoot,
} from './proofs.js';
import { leavesUpTo, type MemoryTree, numberedTree } from './testing/memory-tree.js';
import { mth, path, proof as naiveProof } from './testing/naive-tree.js';
import { TreeEdge } from './tree-edge.js';
import { hashLeafBytes } from './tree-hash.js';
import { nodesOf } from './tree-nodes.js';

const LARGEST = 700;
const leaves = leavesUpTo(LARGEST);
const hashes = leaves.map(hashLeafBytes);
const rootOf = (size: number): Buffer => mth(leaves.slice(0, size));
const sizes = fc.integer({ min: 1, max: LARGEST });
const pair = sizes.chain((size) => fc.tuple(fc.nat({ max: size - 1 }), fc.constant(size)));
const places = fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.integer({ min: 1, max: 255 }));

interface Vectors {
  readonly roots: readonly string[];
  readonly inclusion: readonly { index: number; size: number; proof: string[] }[];
  readonly consistency: readonly { earlier: number; later: number; proof: string[] }[];
}
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/vectors.json', import.meta.url), 'utf8'),
) as Vectors;
const base64s = (proof: readonly Buffer[]): string[] => proof.map((hash) => hash.toString('base64'));

let tree: MemoryTree;
beforeAll(async () => {
  tree = await numberedTree(LARGEST);
});

/** Turns one bit of one hash; the proof itself where it is empty. */
function damaged(proof: readonly Buffer[], [nth, byte, mask]: readonly [number, number, number]): Buffer[] {
  if (proof.length === 0) return [Buffer.alloc(32)];
  const copy = proof.map((hash) => Buffer.from(hash));
  const hash = copy[nth % copy.length] ?? Buffer.alloc(32);
  hash[byte % 32] = (hash[byte % 32] ?? 0) ^ mask;
  return copy;
}

describe('the tree', () => {
  // The eight leaves and roots by which implementations of Certificate Transparency check one another.
  const CT_LEAVES = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  it.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('has the root of the reference at %i leaves', (size, root) => {
    const edge = new TreeEdge();
    for (const leaf of CT_LEAVES.slice(0, size)) edge.append(hashLeafBytes(Buffer.from(leaf, 'hex')));
    expect(edge.root().toString('hex')).toBe(root);
  });

  it('has the roots that golang.org/x/mod/sumdb/tlog computes, from leaf to leaf', () => {
    const edge = new TreeEdge();
    const roots = vectors.roots.map((_, size) => {
      if (size > 0) edge.append(hashes[size - 1] ?? Buffer.alloc(0));
      return edge.root().toString('base64');
    });
    expect(roots).toEqual(vectors.roots);
    expect(roots.length).toBeGreaterThan(256);
  });

  it('goes on from its edge', () => {
    fc.assert(
      fc.property(pair, ([middle, size]) => {
        const before = new TreeEdge();
        for (const hash of hashes.slice(0, middle)) before.append(hash);
        const edge = TreeEdge.of(middle, before.hashes);
        for (const hash of hashes.slice(middle, size)) edge.append(hash);
        expect(edge.size).toBe(size);
        expect(edge.root()).toEqual(rootOf(size));
      }),
      { numRuns: 50 },
    );
  });

  it('refuses an edge of another size, and a subtree where none can begin', () => {
    expect(() => TreeEdge.of(3, [Buffer.alloc(32)])).toThrow('has 2 hashes, not 1');
    expect(() => TreeEdge.of(1, [Buffer.alloc(31)])).toThrow('32 bytes');
    expect(() => TreeEdge.of(1, hashes.slice(0, 1)).appendNode(1, Buffer.alloc(32))).toThrow('begins at 1');
  });

  it('is read from tiles, at each size', async () => {
    for (const size of [0, 1, 2, 255, 256, 257, 511, 512, 513, LARGEST]) {
      expect(await readRoot(size, tree.nodes(size))).toEqual(rootOf(size));
    }
  });
});

describe('a proof of inclusion', () => {
  it('is that of golang.org/x/mod/sumdb/tlog', async () => {
    for (const { index, size, proof } of vectors.inclusion) {
      expect(base64s(await proveInclusion(index, size, tree.nodes(size)))).toEqual(proof);
    }
    expect(vectors.inclusion.length).toBeGreaterThan(50);
  });

  it('is PATH, and holds', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async ([index, size]) => {
        const proof = await proveInclusion(index, size, tree.nodes(size));
        expect(proof).toEqual(path(index, leaves.slice(0, size)));
        const leafHash = hashes[index] ?? Buffer.alloc(0);
        expect(isIncluded({ leafHash, index, size, proof, root: rootOf(size) })).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('does not hold for another leaf, place, size, root or hash', async () => {
    await fc.assert(
      fc.asyncProperty(pair, places, async ([index, size], place) => {
        const proof = await proveInclusion(index, size, tree.nodes(size));
        const leafHash = hashes[index] ?? Buffer.alloc(0);
        const claim = { leafHash, index, size, proof, root: rootOf(size) };
        const [otherHash = leafHash] = damaged([leafHash], place);
        const [otherRoot = leafHash] = damaged([claim.root], place);
        expect(isIncluded({ ...claim, leafHash: otherHash })).toBe(false);
        expect(isIncluded({ ...claim, root: otherRoot })).toBe(false);
        expect(isIncluded({ ...claim, index: index + 1 })).toBe(false);
        expect(isIncluded({ ...claim, index: size })).toBe(false);
        expect(isIncluded({ ...claim, proof: damaged(proof, place) })).toBe(false);
        expect(isIncluded({ ...claim, proof: [...proof, leafHash] })).toBe(false);
        if (proof.length > 0) expect(isIncluded({ ...claim, proof: proof.slice(1) })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused for a leaf that is not there', async () => {
    await expect(proveInclusion(5, 5, tree.nodes(5))).rejects.toThrow(RangeError);
    await expect(proveInclusion(-1, 5, tree.nodes(5))).rejects.toThrow(RangeError);
    await expect(proveInclusion(0.5, 5, tree.nodes(5))).rejects.toThrow(RangeError);
  });
});

describe('a proof of consistency', () => {
  it('is that of golang.org/x/mod/sumdb/tlog', async () => {
    for (const { earlier, later, proof } of vectors.consistency) {
      expect(base64s(await proveConsistency(earlier, later, tree.nodes(later)))).toEqual(proof);
    }
    expect(vectors.consistency.length).toBeGreaterThan(50);
  });

  it('is PROOF, and holds', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async ([earlier, later]) => {
        const proof = await proveConsistency(earlier, later, tree.nodes(later));
        if (earlier > 0) expect(proof).toEqual(naiveProof(earlier, leaves.slice(0, later)));
        const heads = [earlier, later].map((size) => ({ size, root: rootOf(size) })) as [never, never];
        expect(isConsistent(...heads, proof)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('does not hold for another root, size or hash', async () => {
    await fc.assert(
      fc.asyncProperty(pair, places, async ([earlier, later], place) => {
        const proof = await proveConsistency(earlier, later, tree.nodes(later));
        const [old, young] = [earlier, later].map((size) => ({ size, root: rootOf(size) })) as [
          { size: number; root: Buffer },
          { size: number; root: Buffer },
        ];
        const [otherOld = old.root] = damaged([old.root], place);
        const [otherYoung = old.root] = damaged([young.root], place);
        expect(isConsistent({ ...old, root: otherOld }, young, proof)).toBe(false);
        if (earlier > 0) expect(isConsistent(old, { ...young, root: otherYoung }, proof)).toBe(false);
        expect(isConsistent(old, young, damaged(proof, place))).toBe(false);
        expect(isConsistent(old, young, [...proof, old.root])).toBe(false);
        expect(isConsistent(young, old, proof)).toBe(false);
        if (proof.length > 0) expect(isConsistent(old, young, proof.slice(0, -1))).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('tells one tree from another of the same size', () => {
    const head = { size: 3, root: rootOf(3) };
    expect(isConsistent(head, head, [])).toBe(true);
    expect(isConsistent(head, { size: 3, root: rootOf(4) }, [])).toBe(false);
  });
});

describe('a proof of a range', () => {
  it('gives the root to whoever has all of its leaves, and to nobody else', async () => {
    const range = fc.tuple(fc.nat({ max: LARGEST }), fc.nat({ max: LARGEST }), fc.nat({ max: LARGEST }));
    await fc.assert(
      fc.asyncProperty(range, fc.nat(), async (numbers, nth) => {
        const [from, to, size] = numbers.toSorted((a, b) => a - b) as [number, number, number];
        const { before, after } = await proveRange({ from, to }, size, tree.nodes(size));
        const rootWith = (between: readonly Buffer[]): Buffer => {
          const edge = TreeEdge.of(from, before);
          for (const hash of between) edge.append(hash);
          for (const [at, { level }] of nodesOf({ from: to, to: size }).entries()) {
            edge.appendNode(level, after[at] ?? Buffer.alloc(0));
          }
          return edge.root();
        };
        const between = hashes.slice(from, to);
        expect(rootWith(between)).toEqual(rootOf(size));
        if (between.length > 0) {
          between[nth % between.length] = Buffer.alloc(32, 7);
          expect(rootWith(between)).not.toEqual(rootOf(size));
        }
      }),
      { numRuns: 50 },
    );
  });
});
