import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  HELPER_NICENESS,
  LOCAL_HOST,
  startServerProcess,
  waitUntil,
  workspaceFolder,
} from '@tollgate/servers';
import { type DataFolder } from '../data-folder.js';
import { machineEnvironment } from '../service-environment.js';
import { lastLines } from '../service-process.js';

/** What {@link startSignIn} is told. */
export interface SignInOptions {
  readonly folder: DataFolder;
  readonly port: number;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecretFile: string;
  readonly keyFile: string;
  /** Where the notifier takes people back. */
  readonly returnUrl: string;
  readonly directoryFile: string;
  readonly contactsFile: string;
  readonly machine: NodeJS.ProcessEnv;
}

/** The OpenID provider of the stack, as a process of its own. */
export interface RunningSignIn {
  /** As browsers reach it. */
  readonly url: string;
  readonly pid: number;
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;

/** Where services find out about a provider (OpenID Connect Discovery 1.0). */
export const discoveryUrlOf = (url: string): string => `${url}/.well-known/openid-configuration`;

/** The address of the provider on this machine: by name, as the browsers' cookies and passkeys go by names. */
export const signInUrl = (port: number): string => `http://localhost:${port}`;

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

/**
 * Starts the OpenID provider of the local stack.
 * @throws Error when it does not come up, with its last words
 */
export async function startSignIn(options: SignInOptions): Promise<RunningSignIn> {
  const entry = join(workspaceFolder(), 'tools', 'stack', 'dist', 'sign-in', 'main.js');
  if (!existsSync(entry)) throw new Error(`${entry} is missing; run \`npm run build\`.`);
  const logFile = join(options.folder.logs, 'sign-in.log');
  const server = await startServerProcess({
    command: process.execPath,
    args: ['--max-semi-space-size=8', entry],
    cwd: workspaceFolder(),
    env: {
      ...machineEnvironment(options.machine),
      HOST: LOCAL_HOST,
      PORT: String(options.port),
      ISSUER: options.issuer,
      CLIENT_ID: options.clientId,
      CLIENT_SECRET_FILE: options.clientSecretFile,
      RETURN_URL: options.returnUrl,
      KEY_FILE: options.keyFile,
      DIRECTORY_FILE: options.directoryFile,
      CONTACTS_FILE: options.contactsFile,
    },
    logFile,
    truncateLog: true,
    order: 'broker',
    graceMs: 3_000,
    niceness: HELPER_NICENESS,
  });
  const url = signInUrl(options.port);
  try {
    await waitUntil(
      'the sign-in answers',
      () => {
        if (server.end() !== undefined)
          throw new Error(`The sign-in ended while it started:\n${lastLines(logFile)}`);
        return answers(discoveryUrlOf(url));
      },
      READY_WITHIN_MS,
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, pid: server.pid, ended: server.ended, stop: () => server.stop() };
}
