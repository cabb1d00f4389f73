import { type LanesLogger } from '@tollgate/messaging';
import { isPassing } from '../database/is-passing.js';

/** What the clock drives. */
export interface TimerWork {
  /** Fires what is due and answers how many there were. */
  fireDue(): Promise<number>;
  /** Milliseconds until the next one is due; undefined where nothing waits. */
  untilNext(): Promise<number | undefined>;
}

/** No timer is later than this, whichever process opened it and whatever happened to that process. */
const LONGEST_WAIT_MS = 500;
/** What is due and held by a vote or another process is looked at again after this. */
const RETRY_MS = 25;
/** While the database is away. */
const BACK_OFF_MS = 1_000;

/**
 * Wakes up when the next timer is due, and at least twice a second to look for timers of other processes: one cheap
 * look at an index. Nothing is kept in memory, so a restart fires what is overdue at once.
 */
export class TimerClock {
  #timer: NodeJS.Timeout | undefined;
  #wakeAt = Infinity;
  #running: Promise<void> | undefined;
  #stopped = true;

  constructor(
    private readonly work: TimerWork,
    private readonly logger: LanesLogger,
  ) {}

  start(): void {
    this.#stopped = false;
    this.#wakeIn(0);
  }

  /** Returns when what was under way is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /**
   * Says that a timer is due in a while, so that the clock does not oversleep it.
   * @param milliseconds from now
   */
  arm(milliseconds: number): void {
    if (this.#stopped || performance.now() + milliseconds >= this.#wakeAt) return;
    this.#wakeIn(milliseconds);
  }

  #wakeIn(milliseconds: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    const wait = Math.min(Math.max(milliseconds, 0), LONGEST_WAIT_MS);
    this.#wakeAt = performance.now() + wait;
    this.#timer = setTimeout(() => {
      this.#wakeAt = Infinity;
      // A wake-up that comes while one is under way is covered by its last look.
      this.#running ??= this.#wake().finally(() => {
        this.#running = undefined;
      });
    }, Math.ceil(wait));
  }

  async #wake(): Promise<void> {
    try {
      const wait = await this.work.untilNext();
      if (wait === undefined || wait > 0) return this.#wakeIn(wait ?? LONGEST_WAIT_MS);
      const fired = await this.work.fireDue();
      this.#wakeIn(fired > 0 ? 0 : RETRY_MS);
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.logger.warn({ err: error }, 'the timers cannot be fired now; they will be');
      this.#wakeIn(BACK_OFF_MS);
    }
  }
}
