import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerFault, startPostgresContainer } from './containers.js';
import { embeddedPostgresFault, startEmbeddedPostgres } from './embedded-postgres.js';
import { NoServerError, START_ORDER, type Origin } from './origin.js';
import { claimPort, LOCAL_HOST } from './ports.js';
import { givenDatabaseUrl } from './servers.config.js';

/** Where a local Postgres keeps its data and listens, and how its administrator signs in. */
export interface PostgresPlace {
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  /** How the administrator connects, password included. */
  readonly url: string;
  /** See `PostgresOptions.onPlaced`. */
  readonly onPlaced?: (url: string) => void;
}

/** What {@link startPostgres} is told. */
export interface PostgresOptions {
  readonly dataDir: string;
  /** 0 takes any free one. Setting: POSTGRES_PORT. */
  readonly port: number;
  /** Removes what an earlier run left in the data folder. */
  readonly fresh?: boolean;
  /** Which way is tried first; default {@link START_ORDER}. */
  readonly order?: readonly Origin[];
  /** Told how an administrator will connect to a server that is a process of this machine, before it takes connections. */
  readonly onPlaced?: (url: string) => void;
}

/** A Postgres that takes connections. */
export interface RunningPostgres {
  /** How an administrator connects, password included: to create databases and roles with it. */
  readonly url: string;
  readonly origin: Origin;
  /** The process of the server, when it is one of ours. */
  readonly pid?: number;
  /** Settles when the server's process has ended, when it is one of ours. */
  readonly ended?: Promise<unknown>;
  /** Stops the server, unless it was given; its data stays. */
  stop(): Promise<void>;
}

/** The settings of a local Postgres, wherever it runs: as durable as in production. */
export const POSTGRES_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  max_connections: '200',
  timezone: 'UTC',
};

/** Where the administrator's password lies, readable to its owner alone; made once. */
function administratorPassword(dataDir: string): string {
  const file = join(dataDir, 'administrator.password');
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}

/**
 * Finds or starts a Postgres: DATABASE_URL (an administrator's), the server as a process of this machine, or a container.
 *
 * @throws NoServerError when this machine has no way to run one; its message says what to install
 * @throws PortInUseError when another program listens on the port
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const reasons: string[] = [];
  const claimed = async (): Promise<PostgresPlace> => {
    if (options.fresh) rmSync(options.dataDir, { recursive: true, force: true });
    mkdirSync(options.dataDir, { recursive: true });
    const port = await claimPort('Postgres', options.port, 'POSTGRES_PORT');
    const password = administratorPassword(options.dataDir);
    const url = `postgres://postgres:${password}@${LOCAL_HOST}:${port}/postgres`;
    return { dataDir: options.dataDir, port, password, url, onPlaced: options.onPlaced };
  };
  for (const origin of options.order ?? START_ORDER) {
    if (origin === 'given') {
      const url = givenDatabaseUrl();
      if (url !== undefined) return { url, origin, stop: async () => undefined };
      reasons.push("name a running Postgres by an administrator's URL: DATABASE_URL=postgres://…");
    } else if (origin === 'embedded') {
      const fault = embeddedPostgresFault();
      if (fault === undefined) return startEmbeddedPostgres(await claimed());
      reasons.push(fault);
    } else {
      const fault = await containerFault();
      if (fault === undefined) return startPostgresContainer(await claimed());
      reasons.push(fault);
    }
  }
  throw new NoServerError('Postgres', reasons);
}
