import { nextWait } from './back-off.js';

/** A server of the stack: broker, database or mailbox. */
interface Server {
  readonly pid?: number;
  readonly ended?: Promise<unknown>;
  stop(): Promise<void>;
}

/** A server that is started again whenever it dies, until it is stopped or held. */
export interface KeptServer<T extends Server> {
  /** The server as it was started last. */
  current(): T;
  /** Kills the server with SIGKILL and leaves it dead. */
  hold(): Promise<void>;
  /** Starts the server again after a hold. */
  resume(): Promise<void>;
  /** Stops the server and does not start it again. */
  stop(): Promise<void>;
}

/**
 * Starts a server and keeps it running.
 *
 * @param name its name, for people
 * @param start starts it, always at the same place
 * @param onLine takes a line for people: the server died, is started again
 */
export async function keepRunning<T extends Server>(
  name: string,
  start: () => Promise<T>,
  onLine: (line: string) => void,
): Promise<KeptServer<T>> {
  let wanted = true;
  let waitMs: number | undefined;
  let waiting: NodeJS.Timeout | undefined;
  let starting: Promise<void> = Promise.resolve();
  let server = await start();
  let startedAt = performance.now();

  const watch = (watched: T): void => {
    void watched.ended?.then(() => {
      if (wanted) scheduleStart('ended');
    });
  };
  const startAgain = async (): Promise<void> => {
    server = await start();
    startedAt = performance.now();
    watch(server);
  };
  const scheduleStart = (why: string): void => {
    waitMs = nextWait(waitMs, performance.now() - startedAt);
    onLine(`${name} ${why}; it is started again in ${waitMs} ms`);
    waiting = setTimeout(() => {
      starting = startAgain().catch((error: unknown) => {
        if (wanted) scheduleStart(`did not start: ${error instanceof Error ? error.message : String(error)}`);
      });
    }, waitMs);
  };
  const end = async (): Promise<void> => {
    wanted = false;
    clearTimeout(waiting);
    await starting;
  };

  watch(server);
  return {
    current: () => server,
    hold: async () => {
      await end();
      const { pid } = server;
      if (pid === undefined) throw new Error(`${name} is no process of this machine; it cannot be killed.`);
      process.kill(pid, 'SIGKILL');
      await server.ended;
    },
    resume: async () => {
      await startAgain();
      wanted = true;
    },
    stop: async () => {
      await end();
      await server.stop();
    },
  };
}
