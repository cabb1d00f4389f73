import { type Piece } from './pieces.js';

/** Pieces that are looked at together. */
export interface Block {
  readonly text: string;
  /** The piece at a position of the text. */
  pieceAt(position: number): Piece | undefined;
}

/** Pieces are put together up to so many UTF-16 units: a closer look is taken at few of them. */
const BLOCK = 4096;
/** No rule looks across so much space. */
export const BETWEEN = '\n'.repeat(8);

class Pile implements Block {
  readonly #starts: number[] = [];
  readonly #pieces: Piece[] = [];
  #text = '';

  get text(): string {
    return this.#text;
  }

  add(piece: Piece): void {
    this.#starts.push(this.#text.length);
    this.#pieces.push(piece);
    this.#text += piece.text + BETWEEN;
  }

  pieceAt(position: number): Piece | undefined {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return this.#pieces[low];
  }
}

/** Puts pieces together in blocks; equal names are looked at once each, as each has a place of its own. */
export function blocksOf(pieces: readonly Piece[]): Block[] {
  const blocks: Block[] = [];
  let pile = new Pile();
  for (const piece of pieces) {
    if (pile.text.length > 0 && pile.text.length + piece.text.length > BLOCK) {
      blocks.push(pile);
      pile = new Pile();
    }
    pile.add(piece);
  }
  if (pile.text.length > 0) blocks.push(pile);
  return blocks;
}
