import { type LanesLogger, TransientError } from '@tollgate/messaging';
import { isTransientDatabaseError } from '@tollgate/persistence';

/** What one pass came to. */
export interface WebhookPass {
  /** How much there was to do; where there was something, the next pass follows at once. */
  readonly taken: number;
  /** Messages to one receiver: where it takes none the round rests. Left out where there are many receivers. */
  readonly sent?: number;
  readonly failed?: number;
}

/** What the round drives. */
export interface WebhookWork {
  pass(): Promise<WebhookPass>;
}

/** How often it is looked whether there is something to tell: one cheap look at an index. */
const LOOK_MS = 500;
/** While the receiver, or the database, takes nothing: from this, twice as long each time, to the longest. */
const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 30_000;

/** Tells webhooks, one pass after the other, beside everything else that the process does. */
export class WebhookRound {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = true;
  #failures = 0;

  constructor(
    private readonly work: WebhookWork,
    private readonly logger: LanesLogger,
  ) {}

  start(): void {
    this.#stopped = false;
    this.#next(0);
  }

  /** Returns when the pass under way is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #next(milliseconds: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#pass().then((wait) => {
        this.#running = undefined;
        this.#next(wait);
      });
    }, milliseconds);
  }

  /** Answers how long to wait before the next pass, in milliseconds. */
  async #pass(): Promise<number> {
    try {
      const { taken, sent = 0, failed = 0 } = await this.work.pass();
      this.#failures = failed > 0 && sent === 0 ? this.#failures + 1 : 0;
      if (this.#failures > 0) return this.#backOff();
      return taken === 0 ? LOOK_MS : 0;
    } catch (error) {
      if (!(error instanceof TransientError || isTransientDatabaseError(error))) throw error;
      this.logger.warn({ err: error }, 'webhooks cannot be told now; they will be');
      this.#failures += 1;
      return this.#backOff();
    }
  }

  #backOff(): number {
    return Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(this.#failures - 1, 10));
  }
}
