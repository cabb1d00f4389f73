import { mkdirSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { claimPort, LOCAL_HOST } from './ports.js';
import { HELPER_NICENESS, startServerProcess } from './server-process.js';
import { waitUntil } from './wait-until.js';

/** What {@link startMailbox} is told. */
export interface MailboxOptions {
  readonly dataDir: string;
  /** Takes mail; 0 takes any free one. Setting: MAILBOX_SMTP_PORT. */
  readonly smtpPort: number;
  /** The web page and its REST interface; 0 takes any free one. Setting: MAILBOX_WEB_PORT. */
  readonly webPort: number;
  /** Told where it will be, before it answers there. */
  readonly onPlaced?: (mailbox: Pick<RunningMailbox, 'smtpUrl'>) => void;
}

/** A mailbox that takes the mail for everybody and shows it on a page; nothing leaves the machine. */
export interface RunningMailbox {
  /** Where mail is handed in, as in `smtp://127.0.0.1:1025`. */
  readonly smtpUrl: string;
  /** The page for people. */
  readonly webUrl: string;
  /** The mails as JSON (GET), newest last; DELETE `/all` below it empties the mailbox. */
  readonly apiUrl: string;
  readonly pid: number;
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** The most mails that are kept; the oldest go first. */
const MAX_MAILS = 10_000;
const READY_WITHIN_MS = 30_000;

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

/**
 * Starts the mailbox of the local stack (MailDev) as a process of its own; its mails are kept in the data folder.
 *
 * @throws PortInUseError when another program listens on a port
 * @throws Error when it does not come up; it names the log then
 */
export async function startMailbox(options: MailboxOptions): Promise<RunningMailbox> {
  const smtpPort = await claimPort('the mailbox', options.smtpPort, 'MAILBOX_SMTP_PORT');
  const webPort = await claimPort("the mailbox's web page", options.webPort, 'MAILBOX_WEB_PORT');
  const folder = resolve(options.dataDir);
  const mails = join(folder, 'mails');
  const logFile = join(folder, 'mailbox.log');
  mkdirSync(mails, { recursive: true });
  const description = findPackageJSON('maildev', import.meta.url);
  if (description === undefined) throw new Error('The npm package maildev is not installed; run `npm ci`.');
  const flags = {
    '--smtp': smtpPort,
    '--ip': LOCAL_HOST,
    '--web': webPort,
    '--web-ip': LOCAL_HOST,
    '--mail-directory': mails,
    '--max-emails': MAX_MAILS,
  };
  const server = await startServerProcess({
    command: process.execPath,
    args: [
      join(dirname(description), 'dist', 'bin', 'maildev.js'),
      ...Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)]),
    ],
    cwd: folder,
    logFile,
    truncateLog: true,
    order: 'broker',
    graceMs: 3_000,
    niceness: HELPER_NICENESS,
  });
  const smtpUrl = `smtp://${LOCAL_HOST}:${smtpPort}`;
  options.onPlaced?.({ smtpUrl });
  const webUrl = `http://${LOCAL_HOST}:${webPort}`;
  const apiUrl = `${webUrl}/api/email`;
  try {
    await waitUntil(
      `The mailbox answers (see ${logFile})`,
      () => {
        if (server.end() !== undefined)
          throw new Error(`The mailbox ended while it started; ${logFile} says why.`);
        return answers(apiUrl);
      },
      READY_WITHIN_MS,
    );
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    smtpUrl,
    webUrl,
    apiUrl,
    pid: server.pid,
    ended: server.ended,
    stop: () => server.stop(),
  };
}
