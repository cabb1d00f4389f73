import { performance } from 'node:perf_hooks';

/** Above this share of the time at work, a process has better things to do than mail. */
const BUSY = 0.5;

/** Makes a question: was this process mostly at work since it was asked last? */
export function processorBusy(): () => boolean {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization > BUSY;
  };
}
