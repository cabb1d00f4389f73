/** Ends open streams when the service stops. */
export class StreamsEnd {
  readonly #open = new Set<() => void>();

  constructor(stopping: AbortSignal) {
    stopping.addEventListener('abort', () => {
      for (const close of this.#open) close();
    });
  }

  /**
   * @param close called when the service begins to stop
   * @returns takes it back, for a stream that ended before
   */
  onStop(close: () => void): () => void {
    this.#open.add(close);
    return () => this.#open.delete(close);
  }
}
