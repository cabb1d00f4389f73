import { SERVICES } from '@tollgate/contracts';
import { type Stack } from '@tollgate/stack';
import { cpuSecondsOf, cpuSecondsOfTree, residentMiB } from './process-usage.js';

/** CPU seconds by part of the system. */
export type CpuByPart = Readonly<Record<string, number>>;

/** What each part has used so far. */
export function cpuNow(stack: Stack, loadSeconds = 0): CpuByPart {
  return {
    ...Object.fromEntries(SERVICES.map((service) => [service, cpuSecondsOf(stack.pid(service) ?? 0)])),
    broker: cpuSecondsOf(stack.pid('kafka') ?? 0),
    database: cpuSecondsOfTree(stack.pid('postgres') ?? 0),
    mailbox: cpuSecondsOf(stack.pid('mailbox') ?? 0),
    load: loadSeconds,
  };
}

/** What was used between two readings, rounded to hundredths of a second. */
export const cpuBetween = (before: CpuByPart, after: CpuByPart): CpuByPart =>
  Object.fromEntries(
    Object.entries(after).map(([part, seconds]) => [
      part,
      Math.round((seconds - (before[part] ?? 0)) * 100) / 100,
    ]),
  );

/** Resident memory in MiB of each service. */
export const memoryNow = (stack: Stack): Record<string, number> =>
  Object.fromEntries(SERVICES.map((service) => [service, Math.round(residentMiB(stack.pid(service) ?? 0))]));

const SAMPLE_MS = 250;

/** Watches the highest sum of the five services' resident memory, sampled four times a second. */
export class PeakMemory {
  #peak = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(stack: Stack) {
    this.#timer = setInterval(() => {
      const sum = Object.values(memoryNow(stack)).reduce((total, service) => total + service, 0);
      this.#peak = Math.max(this.#peak, sum);
    }, SAMPLE_MS);
  }

  /** Ends the watch; MiB. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#peak;
  }
}
