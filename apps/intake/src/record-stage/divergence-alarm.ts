import { type Logger } from '@tollgate/runtime';
import { type IntakeMetrics } from '../intake.metrics.js';
import { type StageName } from '../request-status/request-snapshot.js';
import { type Arrival } from './arrival.js';

/** Raises the alarm over events that differ from the first one of their key. */
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
}
