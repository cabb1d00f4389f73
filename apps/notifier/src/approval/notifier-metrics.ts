import { Counter, type Registry } from 'prom-client';

/** What the notifier counts; refusals and waits of the lanes are counted by libs/messaging. */
export class NotifierMetrics {
  readonly opened: Counter;
  readonly decisions: Counter<'outcome' | 'by'>;
  readonly brokenGlass: Counter<'route'>;
  readonly votes: Counter<'counted'>;
  readonly mails: Counter<'result'>;
  readonly digested: Counter;

  constructor(metrics: Registry) {
    const registers = [metrics];
    this.opened = new Counter({
      name: 'tollgate_approvals_opened_total',
      help: 'Approvals that began to wait for people.',
      registers,
    });
    this.decisions = new Counter({
      name: 'tollgate_decisions_total',
      help: 'Decisions, by outcome and by who or what decided.',
      labelNames: ['outcome', 'by'],
      registers,
    });
    this.brokenGlass = new Counter({
      name: 'tollgate_break_glass_total',
      help: 'Requests by which somebody wanted to break the glass: broken, or ordinary where they may not or need not.',
      labelNames: ['route'],
      registers,
    });
    this.votes = new Counter({
      name: 'tollgate_votes_total',
      help: 'Votes on record, by whether they counted.',
      labelNames: ['counted'],
      registers,
    });
    this.mails = new Counter({
      name: 'tollgate_mails_total',
      help: 'Mails, by what became of them: sent, skipped (closed before it went out), refused (for good), held (for a digest), deferred and no-contact (tried again later).',
      labelNames: ['result'],
      registers,
    });
    this.digested = new Counter({
      name: 'tollgate_mails_digested_total',
      help: 'Mails that went out as lines of a digest; the digest itself is one mail.',
      registers,
    });
  }
}
