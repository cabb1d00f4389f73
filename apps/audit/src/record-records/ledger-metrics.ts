import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type GapExplanation } from './explain-gap.js';
import { type LedgerEnd } from './ledger-tables.js';
import { type Reading } from './understand-record.js';

/** What the ledger's writer shows to Prometheus. */
export class LedgerMetrics {
  /** Records added, by what was made of them. */
  readonly records: Counter<'reading'>;
  /** Other bytes at a known place. Anything but 0 is an alarm. */
  readonly suspects: Counter;
  /** Gaps found; `unexplained` is an alarm. */
  readonly gaps: Counter<'explanation'>;
  /** Seconds from a batch in hand to the batch on disk. */
  readonly appendSeconds: Histogram;

  /** @param end where the ledger ends, as last seen; asked when the metrics are read */
  constructor(registry: Registry, end: () => LedgerEnd | undefined) {
    const registers = [registry];
    this.records = new Counter({
      name: 'tollgate_ledger_records_total',
      help: 'Records added to the ledger since this process started.',
      labelNames: ['reading'],
      registers,
    });
    this.suspects = new Counter({
      name: 'tollgate_suspects_total',
      help: 'Records found with other bytes than those on record at their place. Must stay 0.',
      registers,
    });
    this.gaps = new Counter({
      name: 'tollgate_ledger_gaps_total',
      help: 'Stretches of offsets that are not on record, by explanation. "unexplained" must stay 0.',
      labelNames: ['explanation'],
      registers,
    });
    this.appendSeconds = new Histogram({
      name: 'tollgate_ledger_append_seconds',
      help: 'From a batch in hand to the batch on disk.',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    });
    new Gauge({
      name: 'tollgate_ledger_next_offset',
      help: 'The offset that the ledger records next; what is lower is on disk.',
      labelNames: ['topic', 'partition'],
      registers,
      collect() {
        for (const [lane, offset] of end()?.next ?? []) {
          const [topic = '', partition = ''] = lane.split(' ');
          this.set({ topic, partition }, Number(offset));
        }
      },
    });
    this.gaps.inc({ explanation: 'unexplained' } satisfies { explanation: GapExplanation }, 0);
  }

  /** Counts the records of an append. */
  countRecords(readings: readonly Reading[]): void {
    const counts = new Map<Reading, number>();
    for (const reading of readings) counts.set(reading, (counts.get(reading) ?? 0) + 1);
    for (const [reading, count] of counts) this.records.inc({ reading }, count);
  }
}
