import { type Stack, type StackPorts } from '@tollgate/stack';
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
  /** The same until the first of them was decided and released, by a person who tried from the start on. */
  readonly firstReleasedSeconds: number;
}

const round = (value: number): number => Number(value.toFixed(1));
const portOf = (url: string): number => Number(new URL(url).port);

/**
 * Submits requests that nobody decides, looks at memory and idle CPU, kills every process, starts again on the same
 * data, and decides the first request as soon as the system lets it.
 * @param start starts the system on the same data, with its doors where they were
 */
export async function measurePending(
  stack: Stack,
  load: LoadProcess,
  target: LoadTarget,
  pending: number,
  start: (doors: Pick<StackPorts, 'intake' | 'notifier'>) => Promise<Stack>,
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
  const deciding = load.run({ kind: 'decide', target, requestId, decider: 0 }).then(() => performance.now());
  const restarted = await start({
    intake: portOf(target.intakeUrl),
    notifier: portOf(target.notifierUrl),
  });
  const ready = performance.now();
  const released = await deciding;
  return {
    stack: restarted,
    figures: {
      pending,
      submittedPerSecond: round(submitted.requestIds.length / submitted.seconds),
      memoryMiBBefore,
      memoryMiBPending: idle.memoryMiB,
      idleCpuPercent: idle.idleCpuPercent,
      restartReadySeconds: round((ready - began) / 1000),
      firstReleasedSeconds: round((released - began) / 1000),
    },
  };
}
