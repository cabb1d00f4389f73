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

/** How long a piece of news that asks nothing of anybody may wait for company. */
const COMPANY_MS = 250;

/**
 * Hands news to the approvers' open streams once it is committed: what opens at once, and what changed or closed with
 * it or a moment later, so that busy streams are written to half as often. Nothing is kept: who connects reads the
 * list after the stream is open, and misses nothing.
 */
export class ApprovalFeed {
  readonly #readers = new Map<string, Set<FeedReader>>();
  /** Encoded news that was not written yet, by person. */
  readonly #unwritten = new Map<string, string[]>();
  #timer: NodeJS.Timeout | undefined;
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
      if (readers.size > 0 || this.#readers.get(person) !== readers) return;
      this.#readers.delete(person);
      this.#unwritten.delete(person);
    };
  }

  /** To be called right after the commit. Each piece of news is encoded once, whoever reads it. */
  publish(news: readonly ApprovalNews[]): void {
    if (this.#readers.size === 0) return;
    const urgent = new Set<string>();
    for (const { event, persons, document } of news) {
      let encoded: string | undefined;
      for (const person of persons) {
        if (!this.#readers.has(person)) continue;
        encoded ??= `id: ${this.#nextId()}\nevent: ${event}\ndata: ${JSON.stringify(document())}\n\n`;
        const texts = this.#unwritten.get(person);
        if (texts === undefined) this.#unwritten.set(person, [encoded]);
        else texts.push(encoded);
        if (event === 'opened') urgent.add(person);
      }
    }
    for (const person of urgent) this.#write(person);
    if (this.#unwritten.size > 0 && this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#writeAll(), COMPANY_MS).unref();
    }
  }

  #writeAll(): void {
    this.#timer = undefined;
    for (const person of [...this.#unwritten.keys()]) this.#write(person);
  }

  #write(person: string): void {
    const texts = this.#unwritten.get(person);
    if (texts === undefined) return;
    this.#unwritten.delete(person);
    const encoded = texts.join('');
    for (const reader of this.#readers.get(person) ?? []) reader(encoded);
  }

  /** Ever growing, also across a restart. */
  #nextId(): number {
    this.#last = Math.max(this.#last + 1, Date.now() * 1000);
    return this.#last;
  }
}
