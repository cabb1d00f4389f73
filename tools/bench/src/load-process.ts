import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cpuSecondsOf } from './process-usage.js';
import { type LoadOrder, type LoadResult } from './load-messages.js';

/** The load generator, a process of its own so that its CPU is counted apart from the system's. */
export class LoadProcess {
  readonly #child: ChildProcess = fork(fileURLToPath(new URL('./load.js', import.meta.url)), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });

  /** CPU seconds it has used so far. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.#child.pid ?? 0);
  }

  /**
   * Does one order; one at a time.
   * @throws Error with what the load generator said when it could not
   */
  run(order: LoadOrder): Promise<LoadResult> {
    return new Promise((resolve, reject) => {
      const died = () => reject(new Error('the load generator died'));
      this.#child.once('exit', died);
      this.#child.once('message', (answer: { result: LoadResult } | { error: string }) => {
        this.#child.off('exit', died);
        if ('result' in answer) resolve(answer.result);
        else reject(new Error(answer.error));
      });
      this.#child.send(order);
    });
  }

  stop(): void {
    this.#child.disconnect();
  }
}
