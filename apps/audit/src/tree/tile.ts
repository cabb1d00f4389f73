import { HASH_BYTES, hashNode, TILE_HEIGHT } from '@tollgate/ledger';

/** Up to 256 neighbouring hashes of a level, and the hashes of the complete subtrees over them. */
export class Tile {
  /** By height over the tile's own hashes. */
  readonly #levels: Buffer[][];

  constructor(hashes: readonly Buffer[]) {
    this.#levels = [[...hashes]];
    for (let height = 1; height <= TILE_HEIGHT; height += 1) {
      const below = this.#levels[height - 1] ?? [];
      const level: Buffer[] = [];
      for (let at = 0; at + 1 < below.length; at += 2) {
        const [left, right] = [below[at], below[at + 1]];
        if (left !== undefined && right !== undefined) level.push(hashNode(left, right));
      }
      this.#levels.push(level);
    }
  }

  /** @param bytes of its hashes, one after the other */
  static ofBytes(bytes: Buffer): Tile {
    return new Tile(
      Array.from({ length: bytes.length / HASH_BYTES }, (_, nth) =>
        bytes.subarray(nth * HASH_BYTES, (nth + 1) * HASH_BYTES),
      ),
    );
  }

  /** The hashes one after the other. */
  get bytes(): Buffer {
    return Buffer.concat(this.#levels[0] ?? []);
  }

  /** The root of the full tile; undefined of one that is not full. */
  get root(): Buffer | undefined {
    return this.node(TILE_HEIGHT, 0);
  }

  /** @param index among the subtrees of that height of this tile; @returns undefined where the subtree is not complete */
  node(height: number, index: number): Buffer | undefined {
    return this.#levels[height]?.[index];
  }
}
