import { type LanesLogger } from '@tollgate/messaging';
import { isPassing } from '../database/is-passing.js';
import { type MailPass } from './send-mails.js';

/** What the round drives. */
export interface MailWork {
  /** Sends at most `limit` mails that are due. */
  pass(limit: number): Promise<MailPass>;
}

/** How the round goes. */
export interface MailRoundSettings {
  /** Mails per second at most. */
  readonly perSecond: number;
  /** Whether votes and decisions need the processor: mail goes slower then, and still goes. */
  readonly busy: () => boolean;
}

/** Mails of one pass at most; they share the pass's look at the database. */
const MAX_PASS = 10;
/** How many times longer than usual a pass waits for a busy processor. */
const PATIENCE = 4;

/** What no mail server has to take costs so much less. */
const UNTRIED_PER_MAIL = 10;

/** How often the queue is looked at without being told: for mails whose back-off is over, and other processes'. */
const LOOK_MS = 2_000;
/** While the mail server, or the database, takes nothing: from this, twice as long each time, to the longest. */
const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 10_000;

/** Sends mails one small pass after the other, slowly enough that votes and decisions never wait for mail. */
export class MailRound {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = true;
  #woken = false;
  #failures = 0;

  constructor(
    private readonly work: MailWork,
    private readonly settings: MailRoundSettings,
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

  /** Says that there is something to send. */
  wake(): void {
    if (this.#stopped || this.#woken) return;
    this.#woken = true;
    // While the server takes nothing, or a pass is under way, its end decides when to go on.
    if (this.#running === undefined && this.#failures === 0) this.#next(0);
  }

  #next(milliseconds: number, patience = PATIENCE): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (patience > 0 && milliseconds > 0 && this.settings.busy())
        return this.#next(milliseconds, patience - 1);
      this.#running = this.#pass().then((wait) => {
        this.#running = undefined;
        this.#next(wait);
      });
    }, milliseconds);
  }

  /** Answers how long to wait before the next pass, in milliseconds. */
  async #pass(): Promise<number> {
    const { perSecond } = this.settings;
    this.#woken = false;
    const startedAt = performance.now();
    try {
      const { taken, sent, failed, untried } = await this.work.pass(Math.min(MAX_PASS, perSecond));
      this.#failures = failed > 0 && sent === 0 ? this.#failures + 1 : 0;
      if (this.#failures > 0) return this.#backOff();
      if (taken === 0) return this.#woken ? 0 : LOOK_MS;
      const spent = performance.now() - startedAt;
      const weight = taken - untried + untried / UNTRIED_PER_MAIL;
      return Math.max(0, (weight * 1000) / perSecond - spent);
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.logger.warn({ err: error }, 'mails cannot be sent now; they will be');
      this.#failures += 1;
      return this.#backOff();
    }
  }

  #backOff(): number {
    return Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(this.#failures - 1, 10));
  }
}
