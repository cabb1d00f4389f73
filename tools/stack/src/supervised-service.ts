import { type ProcessEnd, type ServerProcess } from '@tollgate/servers';
import { nextWait } from './back-off.js';
import { ServiceNotReadyError } from './service-not-ready-error.js';

/** What the supervisor has to know of a service. */
export interface ServiceWanted {
  readonly name: string;
  /** Starts the process. */
  readonly start: () => Promise<ServerProcess>;
  /** Told whenever a process has been started. */
  readonly onStarted: () => void;
  /** Whether the service takes requests. */
  readonly isReady: () => Promise<boolean>;
  /** The last lines that the service has logged, for the error when it does not come up. */
  readonly lastWords: () => string;
  /** Takes a line for people: the service died, is started again. */
  readonly onLine: (line: string) => void;
}

/** A service that is started again whenever it dies, until it is stopped. */
export interface SupervisedService {
  readonly name: string;
  /** The running process, or nothing while there is none. */
  pid(): number | undefined;
  /** Sends a signal, and returns once the process is gone when the signal is SIGKILL. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Stops the process cleanly and starts it anew; returns when it is ready. */
  restart(): Promise<void>;
  /**
   * Waits until the service takes requests.
   *
   * @throws ServiceNotReadyError when it does not in time, or dies again and again before it ever was ready
   */
  ready(): Promise<void>;
  /** Kills the process with SIGKILL and does not start it again. */
  hold(): Promise<void>;
  /** Stops the process and does not start it again. */
  stop(): Promise<void>;
}

/** How long a service may take to become ready, in milliseconds. */
const READY_WITHIN_MS = 60_000;
const READY_STEP_MS = 100;
/** A service that ends this often before it was ever ready will not heal by itself. */
const ENDS_BEFORE_READY = 3;
/** `EX_CONFIG` of sysexits.h: the service's settings are wrong, and will be the next time. */
const EXIT_CONFIG = 78;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const howItEnded = ({ code, signal }: ProcessEnd) =>
  signal === null ? `with exit code ${code}` : `by ${signal}`;

/** Starts a service and keeps it running. */
export async function superviseService(wanted: ServiceWanted): Promise<SupervisedService> {
  let current: ServerProcess | undefined;
  let startedAt = 0;
  let previousWaitMs: number | undefined;
  let stopped = false;
  let wasReady = false;
  let endsBeforeReady = 0;
  let waiting: NodeJS.Timeout | undefined;
  let starting: Promise<void> = Promise.resolve();

  const start = async (): Promise<void> => {
    const process = await wanted.start();
    startedAt = performance.now();
    current = process;
    void process.ended.then((end) => onEnd(process, end));
    wanted.onStarted();
  };
  const startAgain = (): void => {
    waiting = undefined;
    starting = start().catch((error: unknown) => {
      wanted.onLine(
        `${wanted.name} could not be started: ${error instanceof Error ? error.message : String(error)}`,
      );
      scheduleStart();
    });
  };
  const scheduleStart = (): number => {
    previousWaitMs = nextWait(previousWaitMs, performance.now() - startedAt);
    waiting = setTimeout(startAgain, previousWaitMs);
    return previousWaitMs;
  };
  const onEnd = (process: ServerProcess, end: ProcessEnd): void => {
    // A restart asked for has put another process in its place already.
    if (current !== process) return;
    current = undefined;
    if (stopped) return;
    if (!wasReady) endsBeforeReady += end.code === EXIT_CONFIG ? ENDS_BEFORE_READY : 1;
    if (endsBeforeReady >= ENDS_BEFORE_READY) return;
    const waitMs = scheduleStart();
    wanted.onLine(`${wanted.name} ended ${howItEnded(end)}; it is started again in ${waitMs} ms`);
  };
  const ready = async (): Promise<void> => {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (current === undefined || !(await wanted.isReady())) {
      const why =
        endsBeforeReady >= ENDS_BEFORE_READY
          ? 'cannot start'
          : performance.now() > deadline
            ? `was not ready within ${READY_WITHIN_MS / 1000} s`
            : undefined;
      if (stopped || why !== undefined) {
        throw new ServiceNotReadyError(
          `${wanted.name} ${why ?? 'was stopped before it was ready'}. Its last words:\n${wanted.lastWords()}`,
        );
      }
      await pause(READY_STEP_MS);
    }
    wasReady = true;
  };

  const end = async (): Promise<void> => {
    stopped = true;
    clearTimeout(waiting);
    await starting;
  };

  await start();
  return {
    name: wanted.name,
    pid: () => current?.pid,
    ready,
    kill: async (signal) => {
      const process = current;
      process?.kill(signal);
      if (signal === 'SIGKILL') await process?.ended;
    },
    restart: async () => {
      clearTimeout(waiting);
      await starting;
      const process = current;
      current = undefined;
      await process?.stop();
      await start();
      await ready();
    },
    hold: async () => {
      await end();
      const process = current;
      process?.kill('SIGKILL');
      await process?.ended;
    },
    stop: async () => {
      await end();
      await current?.stop();
    },
  };
}
