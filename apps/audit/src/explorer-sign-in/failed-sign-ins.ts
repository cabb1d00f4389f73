/** So many wrong keys from one address, and then none is looked at until the minute is over. */
const MOST = 10;
const WITHIN_MS = 60_000;
const MOST_ADDRESSES = 10_000;

/** Slows down whoever tries out keys. */
export class FailedSignIns {
  readonly #failed = new Map<string, { since: number; count: number }>();

  /** @param now ms, of any beginning */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** @returns for how many seconds no key from there is looked at; 0 for one that may try */
  waitOf(address: string): number {
    const found = this.#failed.get(address);
    if (found === undefined || found.count < MOST) return 0;
    return Math.max(0, Math.ceil((found.since + WITHIN_MS - this.now()) / 1000));
  }

  count(address: string): void {
    const now = this.now();
    const found = this.#failed.get(address);
    if (found !== undefined && now - found.since < WITHIN_MS) {
      found.count += 1;
      return;
    }
    // The oldest goes where there are more addresses than anybody should have.
    const [oldest] = this.#failed.keys();
    if (this.#failed.size >= MOST_ADDRESSES && oldest !== undefined) this.#failed.delete(oldest);
    this.#failed.delete(address);
    this.#failed.set(address, { since: now, count: 1 });
  }
}
