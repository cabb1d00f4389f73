import { parseArgs } from 'node:util';
import { NoServerError, PortInUseError } from '@tollgate/servers';
import { nextSteps } from './next-steps.js';
import { StackRunningError } from './running-parts.js';
import { stackConfig, StackSettingsError } from './stack.config.js';
import { type Stack } from './stack.js';
import { startStack } from './start-stack.js';
import { ServiceNotReadyError } from './service-not-ready-error.js';

/** `128 + SIGINT`, as a shell reports a program that was interrupted. */
const EXIT_INTERRUPTED = 130;
let hasReader = true;
const print = (line: string): void => {
  if (hasReader) process.stdout.write(`${line}\n`);
};

// Faults that a person can act on; for all others the place in the code matters.
const isForPeople = (error: unknown): error is Error =>
  [NoServerError, PortInUseError, ServiceNotReadyError, StackRunningError, StackSettingsError].some(
    (kind) => error instanceof kind,
  );

/** `EX_USAGE` of sysexits.h. */
const EXIT_USAGE = 64;
const USAGE = 'usage: npm start [-- --fresh]   (--fresh begins anew, without the data of earlier starts)';

function wantsFresh(): boolean {
  try {
    return parseArgs({ options: { fresh: { type: 'boolean', default: false } } }).values.fresh;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exit(EXIT_USAGE);
  }
}

const fresh = wantsFresh();
const giveUp = new AbortController();
let stack: Stack | undefined;

const letGo = (): void => {
  process.off('disconnect', onDisconnect);
  process.disconnect?.();
};
const stop = async (): Promise<void> => {
  if (giveUp.signal.aborted) return;
  print('stopping');
  giveUp.abort();
  if (stack === undefined) return;
  await stack.stop();
  print('stopped');
  letGo();
};
// Whoever started this process is gone, however that came about.
const onDisconnect = (): void => void stop();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
process.on('disconnect', onDisconnect);
// A terminal that was closed takes no more lines; the parts are to be stopped all the same.
process.stdout.on('error', () => {
  hasReader = false;
  void stop();
});

const since = performance.now();
try {
  const options = stackConfig(process.env);
  stack = await startStack({ ...options, fresh, onLine: print, signal: giveUp.signal });
  if (giveUp.signal.aborted) {
    await stack.stop();
    print('stopped');
    letGo();
  } else print(nextSteps(stack, (performance.now() - since) / 1000));
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
  letGo();
}
