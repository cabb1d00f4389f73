import { hashNode } from './tree-hash.js';

/** A complete subtree: of the 2^level leaves from index · 2^level on. */
export interface TreeNode {
  readonly level: number;
  readonly index: number;
}

/** Consecutive leaves: from the first up to, not including, the last. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** @throws RangeError for numbers that are no range of leaves of a tree of that size */
export function checkRange({ from, to }: LeafRange, size: number): void {
  for (const number of [from, to, size]) {
    if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`${number} is no number of leaves`);
  }
  if (from > to || to > size) throw new RangeError(`a tree of ${size} leaves has none from ${from} to ${to}`);
}

/** The largest complete subtree that begins at a leaf and ends at or before another. */
function largestFrom(from: number, to: number): TreeNode {
  let level = 0;
  let width = 1;
  while (from % (2 * width) === 0 && from + 2 * width <= to) {
    width *= 2;
    level += 1;
  }
  return { level, index: from / width };
}

/** The fewest complete subtrees that make up a range, from left to right; nothing for an empty one. */
export function nodesOf({ from, to }: LeafRange): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at = from; at < to;) {
    const node = largestFrom(at, to);
    nodes.push(node);
    at += 2 ** node.level;
  }
  return nodes;
}

/** The hash over complete subtrees that get smaller from left to right (RFC 9162, 2.1.1); undefined of none. */
export const foldNodes = (hashes: readonly Buffer[]): Buffer | undefined =>
  hashes.length === 0 ? undefined : hashes.reduceRight((right, left) => hashNode(left, right));
