import { Counter, type Registry } from 'prom-client';

/** Why a page, or what was sent from one, was refused. */
export type PageRefusal =
  /** A link that opens nothing. */
  | 'unknown-link'
  /** A form that did not come from its page. */
  | 'foreign-form'
  /** A form whose page was open for too long, shows something else, or was changed. */
  | 'stale-page'
  /** A page that was used for another vote. */
  | 'used-page'
  /** More streams of one link than anybody needs. */
  | 'too-many-streams';

/** Counts what pages refuse; an alarm on it shows who tries out links. */
export class PageRefusals {
  readonly #counter: Counter<'why'>;

  constructor(metrics: Registry) {
    this.#counter = new Counter({
      name: 'tollgate_page_refusals_total',
      help: 'What the pages of approvers refused, by why.',
      labelNames: ['why'],
      registers: [metrics],
    });
  }

  count(why: PageRefusal): void {
    this.#counter.inc({ why });
  }
}
