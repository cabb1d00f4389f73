import { EMPTY_ROOT, HASH_BYTES, hashNode } from './tree-hash.js';
import { foldNodes, nodesOf } from './tree-nodes.js';

/**
 * The right edge of a tree that grows: the hashes of the complete subtrees that it is made of, largest first, at most one
 * per level. It is all that is needed to add a leaf and to tell the root (RFC 9162, 2.1.2), so a tree of any size is
 * computed in constant memory.
 */
export class TreeEdge {
  #size = 0;
  /** By level; undefined where the size has no bit. */
  readonly #levels: (Buffer | undefined)[] = [];

  /**
   * The edge of a tree of which its hashes are known.
   * @param hashes of the subtrees by `nodesOf({ from: 0, to: size })`
   * @throws RangeError when they are not as many, or no hashes
   */
  static of(size: number, hashes: readonly Buffer[]): TreeEdge {
    const edge = new TreeEdge();
    const nodes = nodesOf({ from: 0, to: size });
    if (nodes.length !== hashes.length) {
      throw new RangeError(
        `the edge of a tree of ${size} leaves has ${nodes.length} hashes, not ${hashes.length}`,
      );
    }
    for (const [nth, { level }] of nodes.entries()) edge.appendNode(level, hashes[nth] ?? EMPTY_ROOT);
    return edge;
  }

  /** How many leaves there are. */
  get size(): number {
    return this.#size;
  }

  /** The hashes of the subtrees by `nodesOf({ from: 0, to: size })`. */
  get hashes(): Buffer[] {
    return this.#levels.filter((hash) => hash !== undefined).reverse();
  }

  /** Adds a leaf by its hash. */
  append(leafHash: Buffer): void {
    this.appendNode(0, leafHash);
  }

  /**
   * Adds a complete subtree of 2^level leaves by its hash.
   * @throws RangeError when the size is no multiple of 2^level, or the hash is none
   */
  appendNode(level: number, hash: Buffer): void {
    const width = 2 ** level;
    if (this.#size % width !== 0)
      throw new RangeError(`no subtree of ${width} leaves begins at ${this.#size}`);
    if (hash.length !== HASH_BYTES)
      throw new RangeError(`a hash has ${HASH_BYTES} bytes, not ${hash.length}`);
    let carried = hash;
    let at = level;
    for (let left = this.#levels[at]; left !== undefined; left = this.#levels[at]) {
      carried = hashNode(left, carried);
      this.#levels[at] = undefined;
      at += 1;
    }
    while (this.#levels.length < at) this.#levels.push(undefined);
    this.#levels[at] = carried;
    this.#size += width;
  }

  /** The root (RFC 9162, 2.1.1). */
  root(): Buffer {
    return foldNodes(this.hashes) ?? EMPTY_ROOT;
  }
}
