/** What an approver's stream tells: an approval came, changed (a vote, a next step), or is closed. */
export interface ApprovalNews {
  readonly event: 'opened' | 'changed' | 'closed';
  /** The approvers whom it concerns. */
  readonly persons: readonly string[];
  /** Made only where somebody listens. */
  readonly document: () => object;
}

/** Takes several server-sent events, already encoded, in one write. */
export type FeedReader = (encoded: string) => void;

/**
 * Hands news to the approvers' open streams the moment they are committed. Nothing is kept: who connects reads the
 * list after the stream is open, and misses nothing.
 */
export class ApprovalFeed {
  readonly #readers = new Map<string, Set<FeedReader>>();
  #last = 0;

  /**
   * @param person whose news
   * @returns ends the reading
   */
  subscribe(person: string, reader: FeedReader): () => void {
    const readers = this.#readers.get(person) ?? new Set();
    readers.add(reader);
    this.#readers.set(person, readers);
    return () => {
      readers.delete(reader);
      if (readers.size === 0 && this.#readers.get(person) === readers) this.#readers.delete(person);
    };
  }

  /** To be called right after the commit. Each piece of news is encoded once, each reader written to once. */
  publish(news: readonly ApprovalNews[]): void {
    if (this.#readers.size === 0) return;
    const mine = new Map<string, string[]>();
    for (const { event, persons, document } of news) {
      let encoded: string | undefined;
      for (const person of persons) {
        if (!this.#readers.has(person)) continue;
        encoded ??= `id: ${this.#nextId()}\nevent: ${event}\ndata: ${JSON.stringify(document())}\n\n`;
        const texts = mine.get(person);
        if (texts === undefined) mine.set(person, [encoded]);
        else texts.push(encoded);
      }
    }
    for (const [person, texts] of mine) {
      const encoded = texts.join('');
      for (const reader of this.#readers.get(person) ?? []) reader(encoded);
    }
  }

  /** Ever growing, also across a restart. */
  #nextId(): number {
    this.#last = Math.max(this.#last + 1, Date.now() * 1000);
    return this.#last;
  }
}
