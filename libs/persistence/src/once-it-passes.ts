import { setTimeout } from 'node:timers/promises';

/** How long, and how often, {@link onceItPasses} tries. */
export interface Patience {
  /** Between two tries, in milliseconds. */
  readonly stepMs: number;
  /** The last try begins within so many milliseconds, or one step later. */
  readonly limitMs: number;
}

/**
 * Does work again and again until what is in its way has passed by itself.
 * @param passes whether an error is of that kind
 * @returns what `work` returned
 * @throws what `work` threw last when the time is up; what does not pass by itself, at once
 */
export async function onceItPasses<T>(
  work: () => Promise<T>,
  passes: (error: unknown) => boolean,
  { stepMs, limitMs }: Patience,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error) || performance.now() > deadline) throw error;
      await setTimeout(stepMs);
    }
  }
}
