/** What a limit is made from. */
export interface RateLimitSettings {
  /** How many go through per minute; as many may come at once. 0: no limit. */
  readonly perMinute: number;
  /** Keys that are remembered at most; beyond, whoever was quiet for longest is forgotten. */
  readonly maxKeys: number;
  /** Milliseconds, ever growing. */
  readonly now: () => number;
}

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

const MINUTE_MS = 60_000;

/** So many calls per key and minute: a token bucket for each key, in this process's memory, which stays small. */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly settings: RateLimitSettings) {}

  /** How many keys are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Lets one call through, or not.
   * @returns 0 where it may go on, else after how many seconds to come again
   */
  take(key: string): number {
    const { perMinute, maxKeys, now } = this.settings;
    if (perMinute === 0) return 0;
    const at = now();
    const before = this.#buckets.get(key);
    const perMs = perMinute / MINUTE_MS;
    const tokens =
      before === undefined ? perMinute : Math.min(perMinute, before.tokens + (at - before.at) * perMs);
    const passes = tokens >= 1;
    // Taken out and put in again, so that the map's order is that of the last calls.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: passes ? tokens - 1 : tokens, at });
    if (this.#buckets.size > maxKeys) this.#forgetOne();
    return passes ? 0 : Math.max(1, Math.ceil((1 - tokens) / perMs / 1000));
  }

  #forgetOne(): void {
    for (const oldest of this.#buckets.keys()) {
      this.#buckets.delete(oldest);
      return;
    }
  }
}
