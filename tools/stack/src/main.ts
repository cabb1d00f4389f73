import { parseArgs } from 'node:util';
import { NoServerError, PortInUseError } from '@tollgate/servers';
import { nextSteps } from './next-steps.js';
import { StackRunningError } from './running-parts.js';
import { stackConfig, StackSettingsError } from './stack.config.js';
import { type Stack } from './stack.js';
import { startStack } from './start-stack.js';
import { ServiceNotReadyError } from './supervised-service.js';

/** `128 + SIGINT`, as a shell reports a program that was interrupted. */
const EXIT_INTERRUPTED = 130;
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

// Faults that a person can act on; for all others the place in the code matters.
const isForPeople = (error: unknown): error is Error =>
  [NoServerError, PortInUseError, ServiceNotReadyError, StackRunningError, StackSettingsError].some(
    (kind) => error instanceof kind,
  );

const { values } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
const giveUp = new AbortController();
let stack: Stack | undefined;

const stop = async (): Promise<void> => {
  if (giveUp.signal.aborted) {
    print('stopping already');
    return;
  }
  print('stopping');
  giveUp.abort();
  await stack?.stop();
  if (stack !== undefined) print('stopped');
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
// Whoever started this process is gone, however that came about.
process.on('disconnect', () => void stop());

const since = performance.now();
try {
  const options = stackConfig(process.env);
  stack = await startStack({ ...options, fresh: values.fresh, onLine: print, signal: giveUp.signal });
  if (giveUp.signal.aborted) await stack.stop();
  else print(nextSteps(stack, (performance.now() - since) / 1000));
} catch (error) {
  if (giveUp.signal.aborted) {
    print('stopped');
    process.exitCode = EXIT_INTERRUPTED;
  } else {
    process.stderr.write(
      `\n${isForPeople(error) ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
  }
  process.disconnect?.();
}
