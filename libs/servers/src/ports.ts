import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

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

// Below the range from which systems take the ports of outgoing connections: otherwise such a connection could hold
// a server's port just when the server is restarted.
const FREE_FROM = 15_000;
const FREE_TO = 32_000;
const TRIES = 200;
/** Processes that look for ports at the same time look in different parts of the range, by their ids. */
const PARTS = 64;

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

function drawPort(from: number, to: number, tried: number): number {
  const width = Math.floor((to - from) / PARTS);
  // Small ranges are not worth it, and a part may be full.
  if (width < TRIES || tried > TRIES / 2) return randomInt(from, to);
  return from + (process.pid % PARTS) * width + randomInt(width);
}

/**
 * A port on which nothing listens at the moment, which no outgoing connection takes by chance, and which nobody else in
 * this process was given.
 * @param from the first port of the range that it is taken from
 * @param to the port after the last
 */
export async function freePort(from = FREE_FROM, to = FREE_TO): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = drawPort(from, to, tried);
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
