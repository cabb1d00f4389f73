import { Counter, Gauge, type Registry } from 'prom-client';

/** What intake counts, besides what the lanes and the relay count. */
export class IntakeMetrics {
  /** New requests, by the door they came in at. */
  readonly accepted: Counter<'door'>;
  /** Inbound records that were no request. */
  readonly rejected: Counter;
  /** Requests that reached their final status, by status. */
  readonly ended: Counter<'status'>;
  /** Events that differ from the first one of their key: nothing must ever make this rise. */
  readonly diverged: Counter<'topic'>;
  /** Policy revisions that were published after the first, by origin; each `recovery` is worth an alarm. */
  readonly published: Counter<'origin'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.accepted = new Counter({
      name: 'tollgate_requests_accepted_total',
      help: 'New requests, by door',
      labelNames: ['door'],
      registers,
    });
    this.rejected = new Counter({
      name: 'tollgate_requests_rejected_total',
      help: 'Inbound records that were refused',
      registers,
    });
    this.ended = new Counter({
      name: 'tollgate_requests_ended_total',
      help: 'Requests that reached a final status',
      labelNames: ['status'],
      registers,
    });
    this.diverged = new Counter({
      name: 'tollgate_diverged_total',
      help: 'Events that differ from the first event of their key, and were ignored',
      labelNames: ['topic'],
      registers,
    });
    this.published = new Counter({
      name: 'tollgate_policy_published_total',
      help: 'Policy revisions published after the first, by origin',
      labelNames: ['origin'],
      registers,
    });
  }

  /** Shows for how many requests somebody waits: held answers and streams. */
  showWatched(registry: Registry, watched: () => number): void {
    new Gauge({
      name: 'tollgate_requests_watched',
      help: 'Requests that somebody waits for',
      registers: [registry],
      collect() {
        this.set(watched());
      },
    });
  }
}
