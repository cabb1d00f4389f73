const FIRST_MS = 100;
const LONGEST_MS = 10_000;

/**
 * How long to wait before trying again, in milliseconds: doubling from 100 ms to 10 s, each with up to a quarter less
 * so that many who failed together do not come back together.
 * @param attempt how many tries have failed so far, from 1
 * @param chance a number from 0 to 1
 */
export const backOffMs = (attempt: number, chance: number): number =>
  Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 20)) * (1 - chance / 4));

const LONGEST_RECONNECT_MS = 1_600;

/** The same for a broker that is away: shorter at most, so that little time is lost once it is back. */
export const reconnectMs = (attempt: number, chance: number): number =>
  Math.min(LONGEST_RECONNECT_MS, backOffMs(attempt, chance));

/** Waits; returns early, without complaint, when the signal is given. */
export const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
