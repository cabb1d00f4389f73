import { type LanesLogger } from '@tollgate/messaging';
import { isPassing } from '../database/is-passing.js';
import { type AskAnew } from './ask-anew.js';

/** How often it is looked without being told: for what another process declared. */
const LOOK_MS = 5_000;
/** While the database is away. */
const BACK_OFF_MS = 1_000;

/** Looks at pending approvals whenever a delegation begins or ends, and ends those of people who left. */
export class DelegationRound {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = true;
  #woken = false;
  #left = true;

  constructor(
    private readonly work: Pick<AskAnew, 'due' | 'endOfThoseWhoLeft' | 'untilNext'>,
    private readonly logger: LanesLogger,
  ) {}

  start(): void {
    this.#stopped = false;
    this.wake();
  }

  /** Returns when what was under way is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Says that a revision has come to rule: somebody may have left. */
  revised(): void {
    this.#left = true;
    this.wake();
  }

  /** Says that a delegation was declared or revoked. */
  wake(): void {
    if (this.#stopped) return;
    this.#woken = true;
    if (this.#running === undefined) this.#next(0);
  }

  #next(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#woken = false;
      this.#running = this.#look().then((wait) => {
        this.#running = undefined;
        this.#next(this.#woken ? 0 : wait);
      });
    }, milliseconds);
  }

  /** Answers how long to wait before it looks again, in milliseconds. */
  async #look(): Promise<number> {
    const left = this.#left;
    try {
      if (left) {
        this.#left = false;
        const ended = await this.work.endOfThoseWhoLeft();
        if (ended > 0) this.logger.info({ ended }, 'delegations ended, as people are not active any more');
      }
      if ((await this.work.due()) > 0) return 0;
      return Math.min(LOOK_MS, Math.max(0, (await this.work.untilNext()) ?? LOOK_MS));
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#left = this.#left || left;
      this.logger.warn({ err: error }, 'delegations cannot be looked at now; they will be');
      return BACK_OFF_MS;
    }
  }
}
