import { isTransientDatabaseError } from './database-errors.js';
import { onceItPasses } from './once-it-passes.js';

const STEP_MS = 100;

/**
 * Does the first thing with a database as soon as that takes connections: for a program that is started together with it.
 * @param work is done again while the database is away or still starting
 * @param limitMs how long to wait at most, in milliseconds
 * @returns what `work` returned
 * @throws what `work` threw last when the time is up, or what does not pass by itself, at once
 */
export const onceDatabaseAnswers = <T>(work: () => Promise<T>, limitMs: number): Promise<T> =>
  onceItPasses(work, isTransientDatabaseError, { stepMs: STEP_MS, limitMs });
