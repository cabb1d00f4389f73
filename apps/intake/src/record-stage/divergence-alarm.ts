import { type Logger } from '@tollgate/runtime';
import { type IntakeMetrics } from '../intake.metrics.js';
import { type StageName } from '../request-status/request-snapshot.js';
import { type Arrival } from './arrival.js';
import { ForeignRequestError } from './foreign-request-error.js';

/** Raises the alarm over events that differ from the first one of their key, or from what was submitted. */
export class DivergenceAlarm {
  constructor(
    private readonly metrics: IntakeMetrics,
    private readonly logger: Logger,
  ) {}

  raise<Name extends StageName>(topic: Name, diverged: readonly Arrival<Name>[]): void {
    for (const { request } of diverged) {
      this.metrics.diverged.inc({ topic });
      this.logger.error(
        { requestId: request.id, topic, alarm: 'diverged' },
        'diverged: an event differs from the first one of its request; it was ignored',
      );
    }
  }

  /**
   * Runs what records arrivals, and raises the alarm where one is about a request that was never submitted so: behind the
   * broker's rules only a fault or a forgery makes one. It becomes a dead letter.
   * @throws what `work` throws
   */
  async overForeign<Name extends StageName, T>(
    topic: Name,
    arrivals: readonly Arrival<Name>[],
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const [only] = arrivals;
      // Of several the one at fault is not known; they come again, fewer at a time, down to the one.
      if (error instanceof ForeignRequestError && arrivals.length === 1 && only !== undefined) {
        this.metrics.foreign.inc({ topic });
        this.logger.error(
          { requestId: only.request.id, topic, reason: error.message, alarm: 'foreign-request' },
          'an event is about a request that was not submitted so; it becomes a dead letter',
        );
      }
      throw error;
    }
  }
}
