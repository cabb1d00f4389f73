import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ServiceName } from '@tollgate/contracts';
import { startServerProcess, workspaceFolder, type ServerProcess } from '@tollgate/servers';
import { type DataFolder } from './data-folder.js';
import { ServiceNotReadyError } from './service-not-ready-error.js';
import { type StatefulService } from './stack-databases.js';

/**
 * Flags for every service: without two warnings of the libraries that mean nothing here, and with a young generation
 * of 12 MiB in the place of 48, as five services share a machine with their broker and database.
 */
export const NODE_FLAGS: readonly string[] = [
  '--disable-warning=TimeoutNegativeWarning',
  '--disable-warning=ExperimentalWarning',
  '--max-semi-space-size=8',
  '--heap-growing-percent=40',
];
/** glibc keeps a pool of memory for each thread unless told; two are enough for a process of one busy thread. */
const MEMORY_SETTINGS = { MALLOC_ARENA_MAX: '2' };
/** A log larger than this at the start of its service is set aside; one such is kept. In bytes. */
const LOG_ROTATED_AT = 20 * 1024 * 1024;
const LAST_LINES = 30;
/**
 * Nobody waits for the ledger, and it catches up: where processor time is short, the road goes first. About a third of
 * what the other services get, and enough to stay in the consumer group.
 */
const NICENESS: Partial<Record<ServiceName, number>> = { audit: 5 };

/** A built file of this workspace. */
function built(...file: string[]): string {
  const path = join(workspaceFolder(), ...file);
  if (!existsSync(path)) throw new Error(`${path} is missing; run \`npm run build\`.`);
  return path;
}

/** @returns the log of a service */
export const serviceLog = (folder: DataFolder, service: ServiceName): string =>
  join(folder.logs, `${service}.log`);

/** @returns the last lines of a log, or a remark that it is empty */
export function lastLines(file: string): string {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  return lines.slice(-LAST_LINES).join('\n') || `(${file} is empty)`;
}

/** Starts a service as a process of its own, which writes to its log. */
export async function startService(
  service: ServiceName,
  folder: DataFolder,
  environment: NodeJS.ProcessEnv,
  nodeFlags: readonly string[] = [],
): Promise<ServerProcess> {
  const logFile = serviceLog(folder, service);
  if (existsSync(logFile) && statSync(logFile).size > LOG_ROTATED_AT) renameSync(logFile, `${logFile}.1`);
  return startServerProcess({
    command: process.execPath,
    args: [...NODE_FLAGS, ...nodeFlags, built('dist', service, 'main.js')],
    cwd: workspaceFolder(),
    env: { ...MEMORY_SETTINGS, ...environment },
    logFile,
    order: 'service',
    niceness: NICENESS[service],
  });
}

/**
 * Brings the database of a service to the form that its code expects, as the database's owner.
 *
 * @throws ServiceNotReadyError with the last words of the migration when it fails
 */
export async function migrate(
  service: StatefulService,
  folder: DataFolder,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const log = join(folder.logs, `migrate-${service}.log`);
  const path = built('apps', service, 'dist', 'migrate.js');
  await new Promise<void>((resolve, reject) => {
    execFile(
      process.execPath,
      [...NODE_FLAGS, path],
      { env: environment, cwd: workspaceFolder() },
      (error, out, err) => {
        appendFileSync(log, out + err);
        if (error === null) resolve();
        else reject(new ServiceNotReadyError(`The migrations of ${service} failed:\n${lastLines(log)}`));
      },
    );
  });
}
