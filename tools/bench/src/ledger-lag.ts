import { listLag } from '@tollgate/messaging';
import { type Stack } from '@tollgate/stack';

const POLL_MS = 100;

/** Records that the ledger has not stored yet. */
export async function ledgerLag(stack: Stack): Promise<number> {
  const connection = { ...stack.kafkaAdmin, clientId: 'tollgate-bench' };
  const groups = await listLag({ connection, groups: ['audit'] });
  return groups.reduce((sum, { lag }) => sum + lag, 0);
}

/**
 * Waits until the ledger has caught up.
 * @returns seconds it took
 * @throws Error after `limitSeconds`
 */
export async function untilLedgerCaughtUp(stack: Stack, limitSeconds: number): Promise<number> {
  const began = performance.now();
  for (;;) {
    const lag = await ledgerLag(stack);
    const seconds = (performance.now() - began) / 1000;
    if (lag === 0) return Math.round(seconds * 10) / 10;
    if (seconds > limitSeconds)
      throw new Error(`the ledger is still ${lag} records behind after ${limitSeconds} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
