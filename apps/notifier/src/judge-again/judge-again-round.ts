import { type LanesLogger } from '@tollgate/messaging';
import { type RulingPolicy } from '../approval/ruling-policy.js';
import { isPassing } from '../database/is-passing.js';
import { type JudgeAgain } from './judge-again.js';

/** While the database is away. */
const BACK_OFF_MS = 1_000;

/** Judges what waits again at the start, and after each revision that deactivates somebody. */
export class JudgeAgainRound {
  #judged: ReadonlySet<string> | undefined;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;

  /** @param current the ruling revision; undefined while there is none */
  constructor(
    private readonly work: Pick<JudgeAgain, 'all'>,
    private readonly current: () => RulingPolicy | undefined,
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

  /** Says that a revision has come to rule. */
  wake(): void {
    if (this.#stopped || this.#running !== undefined) return;
    clearTimeout(this.#timer);
    const ruling = this.current();
    // A round under way ends by waking itself, so that no revision is missed.
    if (ruling === undefined || !this.#deactivates(ruling)) return;
    this.#running = this.#judge(ruling).then((wait) => {
      this.#running = undefined;
      if (wait === 0) this.wake();
      else if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), wait);
    });
  }

  #deactivates({ policy }: RulingPolicy): boolean {
    if (this.#judged === undefined) return true;
    const gone = [...this.#judged].some((person) => !policy.activePeople.has(person));
    // Whoever came is looked for from now on.
    if (!gone) this.#judged = policy.activePeople;
    return gone;
  }

  /** Answers how long to wait before it has to be tried again, in milliseconds; 0 where it is done. */
  async #judge(ruling: RulingPolicy): Promise<number> {
    try {
      const decided = await this.work.all(ruling);
      this.#judged = ruling.policy.activePeople;
      if (decided > 0)
        this.logger.warn(
          { decided, revision: ruling.revision },
          'approvals were denied, as people who would be needed are not active any more',
        );
      return 0;
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.logger.warn({ err: error }, 'what waits cannot be judged again now; it will be');
      return BACK_OFF_MS;
    }
  }
}
