import { createHash, hash } from 'node:crypto';

export const HASH_BYTES = 32;
const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** The root of a tree without leaves: SHA-256 of nothing (RFC 9162, 2.1.1). */
export const EMPTY_ROOT: Buffer = createHash('sha256').digest();

const node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE_PREFIX);
let scratch = Buffer.alloc(1024, LEAF_PREFIX);

/** SHA-256 of 00 and the bytes of a leaf (RFC 9162, 2.1.1). */
export function hashLeafBytes(leaf: Uint8Array): Buffer {
  if (scratch.length <= leaf.length) scratch = Buffer.alloc(2 * leaf.length, LEAF_PREFIX);
  scratch.set(leaf, 1);
  return hash('sha256', scratch.subarray(0, 1 + leaf.length), 'buffer');
}

/**
 * SHA-256 of 01, the left hash and the right one (RFC 9162, 2.1.1).
 * @throws RangeError for hashes of another length
 */
export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) {
    throw new RangeError(`a hash of the tree has ${HASH_BYTES} bytes`);
  }
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return hash('sha256', node, 'buffer');
}
