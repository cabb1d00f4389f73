import { type Stack } from '@tollgate/stack';
import { deciderName } from './bench-policy.js';
import { developerTokens } from './developer-token.js';
import { ledgerLag, untilLedgerCaughtUp } from './ledger-lag.js';
import { type LoadTarget } from './load-messages.js';
import { type LoadProcess } from './load-process.js';
import { quantiles, type Quantiles } from './quantiles.js';
import { type CpuByPart, cpuBetween, cpuNow, memoryNow, PeakMemory } from './system-usage.js';

/** The ledger must have caught up this long after the last release. */
const LEDGER_LIMIT_SECONDS = 30;
const IDLE_SECONDS = 20;

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const round = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** How the load generator reaches the stack, with a token for each decider. */
export async function loadTarget(stack: Stack, deciders: number): Promise<LoadTarget> {
  const people = Array.from({ length: deciders }, (_, index) => deciderName(index));
  return {
    intakeUrl: stack.urls.intake,
    notifierUrl: stack.urls.notifier,
    producerKey: stack.credentials.producerKey,
    deciderTokens: await developerTokens(stack.credentials.developmentIssuer, people),
  };
}

/** The approval workload. */
export interface ApprovalsFigures {
  readonly requests: number;
  readonly seconds: number;
  readonly approvalsPerSecond: number;
  readonly others: Readonly<Record<string, number>>;
  readonly peakMiB: number;
  readonly cpuSeconds: CpuByPart;
  /** Of the five services, broker and database together. */
  readonly serverCpuMsPerApproval: number;
  readonly ledger: { readonly recordsBehindAtEnd: number; readonly caughtUpSeconds: number };
}

export async function measureApprovals(
  stack: Stack,
  load: LoadProcess,
  target: LoadTarget,
  requests: number,
  submitters: number,
): Promise<ApprovalsFigures> {
  const memory = new PeakMemory(stack);
  const before = cpuNow(stack, load.cpuSeconds());
  const result = await load.run({ kind: 'approvals', target, requests, submitters });
  const recordsBehindAtEnd = await ledgerLag(stack);
  const caughtUpSeconds = await untilLedgerCaughtUp(stack, LEDGER_LIMIT_SECONDS);
  const cpuSeconds = cpuBetween(before, cpuNow(stack, load.cpuSeconds()));
  const server = Object.entries(cpuSeconds).reduce(
    (sum, [part, seconds]) => (part === 'load' || part === 'mailbox' ? sum : sum + seconds),
    0,
  );
  return {
    requests,
    seconds: round(result.seconds, 2),
    approvalsPerSecond: round(result.released / result.seconds),
    others: result.others,
    peakMiB: memory.stop(),
    cpuSeconds,
    serverCpuMsPerApproval: round((server * 1000) / Math.max(1, result.released), 2),
    ledger: { recordsBehindAtEnd, caughtUpSeconds },
  };
}

/** One request at a time: vote to released, and submission to released where automation decides. */
export async function measureUnloaded(
  load: LoadProcess,
  target: LoadTarget,
  requests: number,
): Promise<{ decisionToReleasedMs: Quantiles; automaticMs: Quantiles }> {
  const warm = Math.ceil(requests / 5);
  await load.run({ kind: 'unloaded', target, requests: warm });
  const decided = await load.run({ kind: 'unloaded', target, requests });
  const automatic = await load.run({ kind: 'automatic', target, requests });
  return { decisionToReleasedMs: quantiles(decided.samples), automaticMs: quantiles(automatic.samples) };
}

/** CPU of the five services while nothing happens, in per cent of one core. */
export async function measureIdle(
  stack: Stack,
): Promise<{ idleCpuPercent: number; memoryMiB: Record<string, number>; cpuSeconds: CpuByPart }> {
  await pause(3);
  const before = cpuNow(stack);
  await pause(IDLE_SECONDS);
  const cpuSeconds = cpuBetween(before, cpuNow(stack));
  const services = Object.entries(cpuSeconds).reduce(
    (sum, [part, seconds]) =>
      ['broker', 'database', 'mailbox', 'load'].includes(part) ? sum : sum + seconds,
    0,
  );
  return { idleCpuPercent: round((services / IDLE_SECONDS) * 100), memoryMiB: memoryNow(stack), cpuSeconds };
}
