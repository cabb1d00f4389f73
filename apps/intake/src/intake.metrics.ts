import { Counter, Gauge, type Registry } from 'prom-client';

/** What intake counts, besides what the lanes and the relay count. */
export class IntakeMetrics {
  /** New requests, by the door they came in at. */
  readonly accepted: Counter<'door'>;
  /** Inbound records that were no request. */
  readonly rejected: Counter;
  /** Requests in which there were secrets, by what came of them: `refused`, or `redacted`. */
  readonly secrets: Counter<'door' | 'outcome'>;
  /** Requests that reached their final status, by status. */
  readonly ended: Counter<'status'>;
  /** Events that differ from the first one of their key: nothing must ever make this rise. */
  readonly diverged: Counter<'topic'>;
  /** Events about a request that was not submitted so: nothing must ever make this rise. */
  readonly foreign: Counter<'topic'>;
  /** Policy revisions that were published after the first, by origin; each `recovery` is worth an alarm. */
  readonly published: Counter<'origin'>;
  /** Calls that would redeem a release, by what came of them; `redeemed` are those that may act. */
  readonly redemptions: Counter<'outcome'>;
  /** Releases that were taken back. */
  readonly revoked: Counter;
  /** 1 while the release key files are of no use, and the key before them goes on signing: worth an alarm. */
  readonly keyFault: Gauge;

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
    this.secrets = new Counter({
      name: 'tollgate_secrets_detected_total',
      help: 'Requests in which there were secrets, by what came of them',
      labelNames: ['door', 'outcome'],
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
    this.foreign = new Counter({
      name: 'tollgate_foreign_requests_total',
      help: 'Events whose request was not submitted, or not so, and which became dead letters',
      labelNames: ['topic'],
      registers,
    });
    this.published = new Counter({
      name: 'tollgate_policy_published_total',
      help: 'Policy revisions published after the first, by origin',
      labelNames: ['origin'],
      registers,
    });
    this.redemptions = new Counter({
      name: 'tollgate_redemptions_total',
      help: 'Calls to redeem a release, by outcome',
      labelNames: ['outcome'],
      registers,
    });
    this.revoked = new Counter({
      name: 'tollgate_releases_revoked_total',
      help: 'Releases that were revoked',
      registers,
    });
    this.keyFault = new Gauge({
      name: 'tollgate_release_key_fault',
      help: '1 while the release key files cannot be used, and the key before them signs',
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
