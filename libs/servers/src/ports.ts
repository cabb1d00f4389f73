import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { freePortRange } from './servers.config.js';

/** The address that every local server listens on, and nothing outside this machine can reach. */
export const LOCAL_HOST = '127.0.0.1';

/** Another program listens on a port that a part of the local stack was told to use. */
export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';

  /**
   * @param part what wanted the port, as in "Kafka"
   * @param port the port
   * @param setting the environment setting that chooses another one
   */
  constructor(
    readonly part: string,
    readonly port: number,
    readonly setting: string,
  ) {
    super(
      `Port ${port}, which ${part} is to use, is taken by another program. ` +
        `Stop that program, or choose another port with ${setting}, as in: ${setting}=${port + 1} npm start`,
    );
  }
}

const TRIES = 200;

const listen = (port: number, host: string) =>
  new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve()));
  });

async function isFree(port: number): Promise<boolean> {
  // A program that listens on all addresses of the machine takes the port as well.
  for (const host of [LOCAL_HOST, '0.0.0.0']) {
    try {
      await listen(port, host);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
      throw error;
    }
  }
  return true;
}

/** What this process was given already: whoever asked for it may not listen there yet. */
const given = new Set<number>();

/**
 * A port on which nothing listens at the moment, which no outgoing connection takes by chance, and which nobody else in
 * this process was given.
 * @param from the first port of the range that it is taken from; by default this process's own, see TOLLGATE_FREE_PORTS
 * @param to the port after the last
 */
export async function freePort(from = freePortRange().from, to = freePortRange().to): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(from, to);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
    given.delete(port);
  }
  throw new Error(`No free port was found between ${from} and ${to}.`);
}

/**
 * @param part what wants the port, for the error
 * @param port the port wanted, or 0 for any
 * @param setting the environment setting that chooses another one, for the error
 * @returns the port, free at the moment
 * @throws PortInUseError when another program listens there
 */
export async function claimPort(part: string, port: number, setting: string): Promise<number> {
  if (port === 0) return freePort();
  if (!(await isFree(port))) throw new PortInUseError(part, port, setting);
  return port;
}
