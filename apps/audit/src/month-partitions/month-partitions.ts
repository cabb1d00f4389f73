import { type HealthFinding, type Logger } from '@tollgate/runtime';

/** How many months after the current one have their partition ready. */
const MONTHS_AHEAD = 3;
const LOOK_EVERY_MS = 12 * 60 * 60 * 1000;
const LOOK_AGAIN_MS = 60_000;

/** What makes the partitions. */
export interface PartitionMaker {
  ensureMonthPartitions(monthsAhead: number): Promise<string[]>;
}

/**
 * Keeps the partitions of the coming months ready while the service runs, so that a month never begins without one. A
 * record that came without one would be kept as well, in the default partition.
 */
export class MonthPartitions {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #failure: string | undefined;

  constructor(
    private readonly maker: PartitionMaker,
    private readonly logger: Logger,
  ) {}

  /** Makes what is missing now, and looks again twice a day. @throws the database's error */
  async start(): Promise<void> {
    await this.#make();
    this.#lookIn(LOOK_EVERY_MS);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Not ok while the last look failed. */
  health(): HealthFinding {
    return this.#failure === undefined
      ? { ok: true, detail: `ready for ${MONTHS_AHEAD} months` }
      : { ok: false, detail: this.#failure };
  }

  async #make(): Promise<void> {
    const made = await this.maker.ensureMonthPartitions(MONTHS_AHEAD);
    if (made.length > 0) this.logger.info({ partitions: made }, 'made partitions of the ledger');
    this.#failure = undefined;
  }

  #lookIn(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#make().then(
        () => this.#lookIn(LOOK_EVERY_MS),
        (error: unknown) => {
          this.#failure = 'the partitions of the coming months could not be made; see the log';
          this.logger.error({ err: error }, this.#failure);
          this.#lookIn(LOOK_AGAIN_MS);
        },
      );
    }, ms);
    this.#timer.unref();
  }
}
