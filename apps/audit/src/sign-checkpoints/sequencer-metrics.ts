import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What the sequencer shows to Prometheus. */
export class SequencerMetrics {
  /** 1 where this process signs the checkpoints. */
  readonly leads: Gauge;
  readonly signed: Counter;
  readonly size: Gauge;
  /** Records that no checkpoint covers yet. */
  readonly uncovered: Gauge;
  /** Seconds for which there have been records that no checkpoint covers. */
  readonly behindSeconds: Gauge;
  /** Anything but 0 is an alarm. */
  readonly broken: Gauge;
  readonly signSeconds: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.leads = new Gauge({
      name: 'tollgate_sequencer_leads',
      help: '1 in the one process that signs the checkpoints of the ledger.',
      registers,
    });
    this.signed = new Counter({
      name: 'tollgate_checkpoints_total',
      help: 'Checkpoints that this process has signed since it started.',
      registers,
    });
    this.size = new Gauge({
      name: 'tollgate_checkpoint_records',
      help: 'Records that the newest checkpoint covers.',
      registers,
    });
    this.uncovered = new Gauge({
      name: 'tollgate_checkpoint_uncovered_records',
      help: 'Records on record that no checkpoint covers yet.',
      registers,
    });
    this.behindSeconds = new Gauge({
      name: 'tollgate_checkpoint_behind_seconds',
      help: 'For how long there have been records that no checkpoint covers; 0 where there are none.',
      registers,
    });
    this.broken = new Gauge({
      name: 'tollgate_ledger_tree_broken',
      help: '1 when records or tiles are not what a checkpoint has signed. Must stay 0.',
      registers,
    });
    this.signSeconds = new Histogram({
      name: 'tollgate_checkpoint_sign_seconds',
      help: 'From the decision to sign a checkpoint to the checkpoint on disk.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      registers,
    });
  }
}
