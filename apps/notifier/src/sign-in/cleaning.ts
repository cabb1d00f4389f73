import { type LanesLogger } from '@tollgate/messaging';
import { isPassing } from '../database/is-passing.js';

/** How often what has ended is removed. */
const EVERY_MS = 10 * 60 * 1000;

/** Something that keeps rows which end. */
export interface Ending {
  removeEnded(): Promise<unknown>;
}

/** Removes what has ended, at the start and every ten minutes. What has ended is worth nothing before that, too. */
export class Cleaning {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly endings: readonly Ending[],
    private readonly logger: LanesLogger,
  ) {}

  start(): void {
    const round = (): void => void (this.#running = this.#clean());
    this.#timer = setInterval(round, EVERY_MS);
    this.#timer.unref();
    round();
  }

  /** Returns when what was under way is done. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  async #clean(): Promise<void> {
    try {
      for (const ending of this.endings) await ending.removeEnded();
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.logger.warn({ err: error }, 'what has ended cannot be removed now; it will be');
    }
  }
}
