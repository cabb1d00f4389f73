import { setTimeout as pause } from 'node:timers/promises';
import { type Answer } from '../system/intake-client.js';

const PAUSE_MS = 100;
/** Longer than any service or broker is away in a test. */
const PATIENCE_MS = 90_000;

/**
 * Calls a service until it answers with one of the statuses that settle the matter, through whatever happens to it
 * meanwhile.
 * @throws Error for a status that is neither settled nor a reason to try again, and when patience is over
 */
export async function untilAnswered<Body>(
  ask: () => Promise<Answer<Body>>,
  settled: readonly number[],
  again: readonly number[] = [],
): Promise<Answer<Body>> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    let last: string;
    try {
      const answer = await ask();
      if (settled.includes(answer.status)) return answer;
      last = `HTTP ${answer.status}: ${JSON.stringify(answer.body)}`;
      if (answer.status < 500 && !again.includes(answer.status)) throw new UnexpectedAnswerError(last);
    } catch (error) {
      if (error instanceof UnexpectedAnswerError) throw error;
      // The service is away, or went away in the middle of its answer.
      last = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > deadline) throw new Error(`no answer that settles it; the last was ${last}`);
    await pause(PAUSE_MS);
  }
}

class UnexpectedAnswerError extends Error {}

/** Does something for each of many, a few at a time. */
export async function forEachOf<T>(
  many: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<unknown>,
): Promise<void> {
  const rest = many.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const one of rest) await work(one);
    }),
  );
}
