import { setTimeout } from 'node:timers/promises';
import { isTransientDatabaseError } from './database-errors.js';

const STEP_MS = 100;

/**
 * Does the first thing with a database as soon as that takes connections: for a program that is started together with it.
 * @param work is done again while the database is away or still starting
 * @param limitMs how long to wait at most, in milliseconds
 * @returns what `work` returned
 * @throws what `work` threw last when the time is up, or what does not pass by itself, at once
 */
export async function onceDatabaseAnswers<T>(work: () => Promise<T>, limitMs: number): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isTransientDatabaseError(error) || performance.now() > deadline) throw error;
      await setTimeout(STEP_MS);
    }
  }
}
