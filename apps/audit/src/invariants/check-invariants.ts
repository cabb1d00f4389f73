import { LedgerRules, RULES, type RulesVerdict } from '@tollgate/invariants';
import { type LeafRange } from '@tollgate/ledger';
import { Problem } from '@tollgate/runtime';
import { type Pool } from 'pg';
import { exportRecord } from '../export-ledger/export-ledger.js';
import { exportRows, firstPresent } from '../export-ledger/export-rows.js';

export { RULES };

/** What was found, and over how many records. */
export interface CheckedInvariants extends RulesVerdict {
  readonly records: number;
}

/** Gives way to the records that come meanwhile after so many. */
const AT_ONCE = 200;

/**
 * Recomputes every rule from the records of a range, in one pass and by the same code as `tollgate audit verify`. One at a
 * time in a process: it takes as much of it as it gets.
 */
export class CheckInvariants {
  #isBusy = false;

  /** @param pool connects as `audit_reader` */
  constructor(private readonly pool: Pool) {}

  /**
   * @param size of the checkpoint that covers the range
   * @param asOf ms since 1970, of the checkpoint
   * @param isGone aborted when nobody waits for the answer any more
   * @throws Problem 503 while another check is under way
   */
  async check(range: LeafRange, size: number, asOf: number, isGone: AbortSignal): Promise<CheckedInvariants> {
    if (this.#isBusy)
      throw new Problem(503, 'busy', 'Another check is under way', {
        detail: 'The rules are recomputed for somebody else at the moment; ask again.',
        headers: { 'retry-after': '5' },
      });
    this.#isBusy = true;
    try {
      // Months that were moved out cannot be judged any more.
      const from = await firstPresent(this.pool, range);
      const rules = new LedgerRules(from === 0 && range.to === size ? 'whole' : 'range');
      let records = 0;
      for await (const row of exportRows(this.pool, {}, { from, to: range.to })) {
        rules.take(exportRecord(row));
        records += 1;
        if (records % AT_ONCE !== 0) continue;
        await rules.searchSecrets();
        await new Promise(setImmediate);
        isGone.throwIfAborted();
      }
      await rules.searchSecrets();
      return { ...rules.finish(asOf), records };
    } finally {
      this.#isBusy = false;
    }
  }
}
