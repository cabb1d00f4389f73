import { type Stack } from '@tollgate/stack';
import { untilLedgerCaughtUp } from './ledger-lag.js';
import { type LoadTarget } from './load-messages.js';
import { type LoadProcess } from './load-process.js';
import { measureIdle } from './measure.js';
import { memoryNow } from './system-usage.js';

/** Requests that wait for people, and everything killed under them. */
export interface PendingFigures {
  readonly pending: number;
  readonly submittedPerSecond: number;
  readonly memoryMiBBefore: Record<string, number>;
  readonly memoryMiBPending: Record<string, number>;
  readonly idleCpuPercent: number;
  /** From the start of the restart, broker and database included, until everything is ready. */
  readonly restartReadySeconds: number;
  /** From the start of the restart until the first of them was decided and released. */
  readonly firstReleasedSeconds: number;
  /** The same from the moment that everything was ready. */
  readonly firstReleasedAfterReadySeconds: number;
}

const round = (value: number): number => Number(value.toFixed(1));

/**
 * Submits requests that nobody decides, looks at memory and idle CPU, kills every process, starts again on the same
 * data, and decides the first request.
 * @param start starts the system on the same data; says how it is reached then
 */
export async function measurePending(
  stack: Stack,
  load: LoadProcess,
  target: LoadTarget,
  pending: number,
  start: () => Promise<{ stack: Stack; target: LoadTarget }>,
): Promise<{ figures: PendingFigures; stack: Stack }> {
  const memoryMiBBefore = memoryNow(stack);
  const submitted = await load.run({ kind: 'submit', target, requests: pending, submitters: 64 });
  await untilLedgerCaughtUp(stack, 120);
  const idle = await measureIdle(stack);
  const requestId = submitted.requestIds[0];
  if (requestId === undefined)
    throw new Error(`no request was accepted: ${JSON.stringify(submitted.others)}`);
  await stack.killEverything();
  const began = performance.now();
  const restarted = await start();
  const ready = performance.now();
  await load.run({ kind: 'decide', target: restarted.target, requestId, decider: 0 });
  const released = performance.now();
  return {
    stack: restarted.stack,
    figures: {
      pending,
      submittedPerSecond: round(submitted.requestIds.length / submitted.seconds),
      memoryMiBBefore,
      memoryMiBPending: idle.memoryMiB,
      idleCpuPercent: idle.idleCpuPercent,
      restartReadySeconds: round((ready - began) / 1000),
      firstReleasedSeconds: round((released - began) / 1000),
      firstReleasedAfterReadySeconds: round((released - ready) / 1000),
    },
  };
}
