import { canonicalJson, type EventTopic } from '@tollgate/contracts';
import { type LanesLogger } from '@tollgate/messaging';
import { Counter, type Registry } from 'prom-client';

/** Events that say something else than the first one of their key: they change nothing and raise an alarm. */
export class DivergedEvents {
  readonly #counter: Counter<'topic'>;

  constructor(
    private readonly logger: LanesLogger,
    metrics: Registry,
  ) {
    this.#counter = new Counter({
      name: 'tollgate_diverged_total',
      help: 'Events that differ from the first event of their key; the first one rules.',
      labelNames: ['topic'],
      registers: [metrics],
    });
  }

  /**
   * Compares a repeated event with the first one by the JCS form (RFC 8785) of their data.
   * @param first data of the first event, as JSON text or as it was parsed
   */
  compare(topic: EventTopic, requestId: string, first: string | object, again: object): void {
    const ruling: unknown = typeof first === 'string' ? JSON.parse(first) : first;
    if (canonicalJson(ruling) === canonicalJson(again)) return;
    this.#counter.inc({ topic });
    this.logger.error(
      { requestId, topic },
      'diverged: a later event differs from the first one of its key; the first one rules',
    );
  }
}
