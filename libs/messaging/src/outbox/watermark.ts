/**
 * Up to where every number, counted from 1, is done, although they get done out of order.
 */
export class Watermark {
  #through: number;
  readonly #beyond = new Set<number>();

  /** @param through everything up to here is done already */
  constructor(through = 0) {
    this.#through = through;
  }

  /** The highest number such that it and all before it are done. */
  get through(): number {
    return this.#through;
  }

  has(number: number): boolean {
    return number <= this.#through || this.#beyond.has(number);
  }

  settle(number: number): void {
    if (number <= this.#through) return;
    this.#beyond.add(number);
    while (this.#beyond.delete(this.#through + 1)) this.#through += 1;
  }
}
