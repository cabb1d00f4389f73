import { EMPTY_ROOT, hashNode } from './tree-hash.js';
import { checkRange, foldNodes, type LeafRange, nodesOf, type TreeNode } from './tree-nodes.js';

/** Reads the hashes of complete subtrees, in the order in which they are named. */
export type ReadNodes = (nodes: readonly TreeNode[]) => Promise<readonly Buffer[]>;

/** What connects a range of leaves with the root: the subtrees before it and those after it, from left to right. */
export interface RangeEdge {
  readonly before: readonly Buffer[];
  readonly after: readonly Buffer[];
}

/** The largest power of two below a number of at least two. */
function splitOf(size: number): number {
  let half = 1;
  while (2 * half < size) half *= 2;
  return half;
}

/** The ranges whose hashes prove that a leaf is in the tree: PATH of RFC 9162, 2.1.3.1. */
function inclusionRanges(index: number, { from, to }: LeafRange): LeafRange[] {
  if (to - from <= 1) return [];
  const middle = from + splitOf(to - from);
  return index < middle
    ? [...inclusionRanges(index, { from, to: middle }), { from: middle, to }]
    : [...inclusionRanges(index, { from: middle, to }), { from, to: middle }];
}

/** The ranges whose hashes prove that a tree has grown out of a smaller one: SUBPROOF of RFC 9162, 2.1.4.1. */
function consistencyRanges(old: number, { from, to }: LeafRange, isWhole: boolean): LeafRange[] {
  if (old === to) return isWhole ? [] : [{ from, to }];
  const middle = from + splitOf(to - from);
  return old <= middle
    ? [...consistencyRanges(old, { from, to: middle }, isWhole), { from: middle, to }]
    : [...consistencyRanges(old, { from: middle, to }, false), { from, to: middle }];
}

async function rangeHashes(ranges: readonly LeafRange[], read: ReadNodes): Promise<Buffer[]> {
  const nodes = ranges.map(nodesOf);
  const hashes = await read(nodes.flat());
  let at = 0;
  return nodes.map(({ length }) => {
    const folded = foldNodes(hashes.slice(at, at + length));
    at += length;
    if (folded === undefined) throw new RangeError('a hash of the tree is missing');
    return folded;
  });
}

/**
 * The hashes that prove that a leaf is in the tree (RFC 9162, 2.1.3.1).
 * @throws RangeError when the tree of that size has no such leaf
 */
export async function proveInclusion(index: number, size: number, read: ReadNodes): Promise<Buffer[]> {
  checkRange({ from: index, to: index + 1 }, size);
  return rangeHashes(inclusionRanges(index, { from: 0, to: size }), read);
}

/**
 * The hashes that prove that a tree holds a smaller one unchanged (RFC 9162, 2.1.4.1). Nothing of an empty or equal one.
 * @throws RangeError when the earlier size is larger
 */
export async function proveConsistency(earlier: number, later: number, read: ReadNodes): Promise<Buffer[]> {
  checkRange({ from: 0, to: earlier }, later);
  if (earlier === 0) return [];
  return rangeHashes(consistencyRanges(earlier, { from: 0, to: later }, true), read);
}

/**
 * The hashes that connect a range of leaves with the root: whoever has all of its leaves computes the root with them.
 * @throws RangeError when the tree of that size has no such range
 */
export async function proveRange(range: LeafRange, size: number, read: ReadNodes): Promise<RangeEdge> {
  checkRange(range, size);
  const before = nodesOf({ from: 0, to: range.from });
  const hashes = await read([...before, ...nodesOf({ from: range.to, to: size })]);
  return { before: hashes.slice(0, before.length), after: hashes.slice(before.length) };
}

/** The root of the tree of that size, from its complete subtrees. */
export async function readRoot(size: number, read: ReadNodes): Promise<Buffer> {
  checkRange({ from: 0, to: 0 }, size);
  return foldNodes(await read(nodesOf({ from: 0, to: size }))) ?? EMPTY_ROOT;
}

const isOdd = (number: number): boolean => number % 2 === 1;
const half = (number: number): number => Math.floor(number / 2);

/** What an inclusion proof says of a leaf. */
export interface InclusionClaim {
  readonly leafHash: Buffer;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Buffer[];
  readonly root: Buffer;
}

/** True when the proof holds (RFC 9162, 2.1.3.2). */
export function isIncluded({ leafHash, index, size, proof, root }: InclusionClaim): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let first = index;
  let last = size - 1;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(first) || first === last) {
      hash = hashNode(sibling, hash);
      while (!isOdd(first) && first !== 0) {
        first = half(first);
        last = half(last);
      }
    } else {
      hash = hashNode(hash, sibling);
    }
    first = half(first);
    last = half(last);
  }
  return last === 0 && hash.equals(root);
}

/** A tree, by its size and root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/** True when the proof shows that the later tree holds the earlier one unchanged (RFC 9162, 2.1.4.2). */
export function isConsistent(earlier: TreeHead, later: TreeHead, proof: readonly Buffer[]): boolean {
  if (earlier.size > later.size) return false;
  if (earlier.size === later.size) return proof.length === 0 && earlier.root.equals(later.root);
  if (earlier.size === 0) return proof.length === 0 && earlier.root.equals(EMPTY_ROOT);
  let first = earlier.size - 1;
  let last = later.size - 1;
  while (isOdd(first)) {
    first = half(first);
    last = half(last);
  }
  const path = first === 0 ? [earlier.root, ...proof] : proof;
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let oldHash = start;
  let newHash = start;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(first) || first === last) {
      oldHash = hashNode(sibling, oldHash);
      newHash = hashNode(sibling, newHash);
      while (!isOdd(first) && first !== 0) {
        first = half(first);
        last = half(last);
      }
    } else {
      newHash = hashNode(newHash, sibling);
    }
    first = half(first);
    last = half(last);
  }
  return last === 0 && oldHash.equals(earlier.root) && newHash.equals(later.root);
}
