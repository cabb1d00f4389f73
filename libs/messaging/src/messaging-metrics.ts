import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What this library counts. One set per registry, whoever asks first. */
export class MessagingMetrics {
  static readonly #sets = new WeakMap<Registry, MessagingMetrics>();

  static of(registry: Registry): MessagingMetrics {
    let set = this.#sets.get(registry);
    if (set === undefined) this.#sets.set(registry, (set = new MessagingMetrics(registry)));
    return set;
  }

  readonly recordsIn: Counter<'topic'>;
  readonly recordsOut: Counter<'topic'>;
  readonly roundRecords: Histogram<'topic'>;
  readonly roundSeconds: Histogram<'topic'>;
  readonly retries: Counter<'topic'>;
  readonly deadLetters: Counter<'topic'>;
  readonly lag: Gauge<'topic' | 'partition'>;
  readonly rebuilds: Counter;
  readonly sendFailures: Counter;
  readonly outboxPending: Gauge;
  readonly outboxAdopted: Counter;

  private constructor(registry: Registry) {
    const registers = [registry];
    this.recordsIn = new Counter({
      name: 'tollgate_records_in_total',
      help: 'Records settled: handled, or set aside as dead letters',
      labelNames: ['topic'],
      registers,
    });
    this.recordsOut = new Counter({
      name: 'tollgate_records_out_total',
      help: 'Records that the broker acknowledged',
      labelNames: ['topic'],
      registers,
    });
    this.roundRecords = new Histogram({
      name: 'tollgate_round_records',
      help: 'Records that one call of a handler got, by the pattern of the handler',
      labelNames: ['topic'],
      buckets: [1, 4, 16, 64, 256, 1024, 4096],
      registers,
    });
    this.roundSeconds = new Histogram({
      name: 'tollgate_round_seconds',
      help: 'From a fetched round to its offsets being settled, by the pattern of the handler',
      labelNames: ['topic'],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      registers,
    });
    this.retries = new Counter({
      name: 'tollgate_round_retries_total',
      help: 'Rounds that failed transiently and were tried again, by the pattern of the handler',
      labelNames: ['topic'],
      registers,
    });
    this.deadLetters = new Counter({
      name: 'tollgate_dead_letters_total',
      help: 'Records set aside as dead letters, by the topic they came from',
      labelNames: ['topic'],
      registers,
    });
    this.lag = new Gauge({
      name: 'tollgate_lane_lag_records',
      help: 'Records behind the end of the lane when it was last fetched and settled',
      labelNames: ['topic', 'partition'],
      registers,
    });
    this.rebuilds = new Counter({
      name: 'tollgate_consumer_rebuilds_total',
      help: 'Times a consumer was built anew after it had broken down',
      registers,
    });
    this.sendFailures = new Counter({
      name: 'tollgate_send_failures_total',
      help: 'Produce requests that were not fully acknowledged and went again',
      registers,
    });
    this.outboxPending = new Gauge({
      name: 'tollgate_outbox_pending_records',
      help: 'Committed records of this process that the broker has not acknowledged yet',
      registers,
    });
    this.outboxAdopted = new Counter({
      name: 'tollgate_outbox_adopted_total',
      help: 'Outbox records published on behalf of a process that died',
      registers,
    });
  }
}
