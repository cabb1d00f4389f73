import { type DecisionMade } from '@tollgate/contracts';
import { PermanentError } from '@tollgate/messaging';
import { type Logger } from '@tollgate/runtime';
import { Counter, type Registry } from 'prom-client';
import { type Distrust, DISTRUST_CAUSES, type DistrustCause } from './distrust.js';

/** Raises the alarm over decisions that the gate does not trust: nothing but a forgery or a fault makes one. */
export class DistrustAlarm {
  readonly #distrusted: Counter<'why'>;

  constructor(
    registry: Registry,
    private readonly logger: Logger,
  ) {
    this.#distrusted = new Counter({
      name: 'tollgate_distrusted_decisions_total',
      help: 'Decisions that do not fit what the gate recomputes, and became dead letters, by cause',
      labelNames: ['why'],
      registers: [registry],
    });
    // A cause that has not been met yet is 0, and not unknown: an alarm sees it rise.
    for (const why of DISTRUST_CAUSES) this.#distrusted.inc({ why } satisfies { why: DistrustCause }, 0);
  }

  /** @throws PermanentError where there is something to distrust */
  refuse({ request }: DecisionMade, distrust: Distrust | undefined): void {
    if (distrust === undefined) return;
    const { why, detail } = distrust;
    this.#distrusted.inc({ why });
    this.logger.error(
      { requestId: request.id, why, detail, alarm: 'distrusted-decision' },
      'a decision cannot be trusted; it becomes a dead letter',
    );
    throw new PermanentError(`the decision cannot be trusted: ${detail}`);
  }
}
