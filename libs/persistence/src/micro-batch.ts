/** How a `MicroBatch` works. */
export interface MicroBatchSettings<Input, Output> {
  /** The most inputs that one call of `work` gets. */
  readonly maxBatch: number;
  /** How many calls of `work` may be under way at once; 1 unless told. */
  readonly concurrency?: number;
  /**
   * Does the inputs together, in one transaction say, and answers each at its index: with its result, or with the
   * error that only this input made. A thrown error is everybody's.
   */
  readonly work: (inputs: Input[]) => Promise<(Output | Error)[]>;
}

interface Waiting<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets concurrent callers share one piece of work. An input that comes while nothing is under way starts at once;
 * those that come meanwhile gather and go together next. So there is no added wait without load, and batches grow
 * with it.
 */
export class MicroBatch<Input, Output> {
  readonly #settings: MicroBatchSettings<Input, Output>;
  #waiting: Waiting<Input, Output>[] = [];
  #running = 0;
  #scheduled = false;

  constructor(settings: MicroBatchSettings<Input, Output>) {
    this.#settings = settings;
  }

  /** How many inputs wait for a batch to start. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * @returns what `work` answered for this input
   * @throws the error that `work` answered for this input, or threw
   */
  run(input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, resolve, reject });
      this.#schedule();
    });
  }

  /** Everything that arrived in the same turn of the event loop goes together. */
  #schedule(): void {
    if (this.#scheduled || this.#running >= (this.#settings.concurrency ?? 1)) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#waiting.length === 0) return;
      const batch = this.#waiting.splice(0, this.#settings.maxBatch);
      this.#running += 1;
      void this.#work(batch).finally(() => {
        this.#running -= 1;
        if (this.#waiting.length > 0) this.#schedule();
      });
      if (this.#waiting.length > 0) this.#schedule();
    });
  }

  async #work(batch: Waiting<Input, Output>[]): Promise<void> {
    try {
      const outputs = await this.#settings.work(batch.map(({ input }) => input));
      batch.forEach(({ resolve, reject }, index) => {
        const output = outputs[index];
        if (output instanceof Error) reject(output);
        else if (index < outputs.length) resolve(output as Output);
        else reject(new Error('the batch gave no answer for this input'));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
