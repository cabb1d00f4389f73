import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type RequestStatusDocument } from '@tollgate/contracts';
import { waitUntil, workspaceFolder } from '@tollgate/servers';
import { runTollgate } from './system/tollgate-process.js';

const READY_WITHIN_MS = 90_000;
const GONE_WITHIN_MS = 60_000;
const ANY_PORT = Object.fromEntries(
  [
    'INTAKE',
    'NOTIFIER',
    'AUDIT',
    'ROUTER',
    'GUARDRAIL',
    'KAFKA',
    'KAFKA_CONTROLLER',
    'POSTGRES',
    'MAILBOX_WEB',
    'MAILBOX_SMTP',
  ].map((part) => [`${part}_PORT`, '0']),
);

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tollgate-start-'));
  chmodSync(dataDir, 0o755);
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

interface Started {
  readonly process: ChildProcess;
  readonly text: () => string;
  readonly ended: Promise<number | null>;
}

const running: Started[] = [];
afterEach(async () => {
  for (const { process: child, ended } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  }
});

/** `npm start`, in a process group of its own as a terminal gives it one. */
function npmStart(environment: Record<string, string> = {}, ...args: string[]): Started {
  const child = spawn('npm', ['start', ...(args.length > 0 ? ['--', ...args] : [])], {
    cwd: workspaceFolder(),
    env: {
      ...process.env,
      ...ANY_PORT,
      KAFKA_BROKERS: '',
      DATABASE_URL: '',
      TOLLGATE_HOME: dataDir,

      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const started = { process: child, text: () => text, ended };
  running.push(started);
  return started;
}

const isReady = (started: Started) =>
  waitUntil(
    'npm start is ready',
    () => {
      if (started.process.exitCode !== null) throw new Error(`npm start ended:\n${started.text()}`);
      return started.text().includes('tollgate request submit');
    },
    READY_WITHIN_MS,
  );

/** A Ctrl-C reaches every process of the terminal's group. */
function ctrlC({ process: child }: Started): void {
  if (child.pid === undefined) throw new Error('npm start has not been started');
  process.kill(-child.pid, 'SIGINT');
}

/** The command lines of all processes that belong to the stack of the folder. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return command.includes(folder) || environment.includes(folder) ? [`${pid} ${command}`] : [];
      } catch {
        // It ended while it was looked at, or belongs to somebody else.
        return [];
      }
    });
}

const onLinux = existsSync('/proc/self/cmdline');

/** Submits a request under a key; the same key and content is the same request, also after a restart. */
async function released(key: string): Promise<RequestStatusDocument> {
  const args = ['request', 'submit', 'examples/deploy-ci.json', '--key', key, '--wait', '--json'];
  const { code, out, err } = await runTollgate(dataDir, args);
  if (code !== 0) throw new Error(`tollgate ended with ${code}: ${out}${err}`);
  return JSON.parse(out) as RequestStatusDocument;
}

const recordsOf = async (topic: string): Promise<number | undefined> => {
  const { out } = await runTollgate(dataDir, ['topics', 'list', '--json']);
  const { topics } = JSON.parse(out) as { topics: { topic: string; records: number }[] };
  return topics.find((listed) => listed.topic === topic)?.records;
};

describe('npm start', () => {
  it('says what is ready and where, stops with Ctrl-C, and goes on from its data', async () => {
    const started = npmStart();
    await isReady(started);
    for (const part of [
      'postgres',
      'kafka',
      'mailbox',
      'intake',
      'router',
      'notifier',
      'guardrail',
      'audit',
    ]) {
      expect(started.text().toLowerCase()).toMatch(new RegExp(`${part}.*(://|127\\.0\\.0\\.1:)`));
    }
    const first = await released('stopped');
    ctrlC(started);
    await started.ended;
    if (onLinux) expect(processesOf(dataDir)).toEqual([]);

    const again = npmStart();
    await isReady(again);
    const same = await released('stopped');
    expect([same.id, same.submittedAt, same.release]).toEqual([first.id, first.submittedAt, first.release]);
    const second = npmStart();
    expect(await second.ended).not.toBe(0);
    expect(second.text()).toContain(dataDir);
    again.process.kill('SIGTERM');
    await again.ended;
    if (onLinux) expect(processesOf(dataDir)).toEqual([]);
  }, 300_000);

  (onLinux ? it : it.skip)(
    'leaves nothing behind when it is killed hard, loses nothing, and begins anew with --fresh',
    async () => {
      const started = npmStart();
      await isReady(started);
      const first = await released('killed');
      if (started.process.pid === undefined) throw new Error('npm start has not been started');
      process.kill(-started.process.pid, 'SIGKILL');
      await started.ended;
      await waitUntil('every process is gone', () => processesOf(dataDir).length === 0, GONE_WITHIN_MS);

      const again = npmStart();
      await isReady(again);
      expect((await released('killed')).release).toEqual(first.release);
      expect(await recordsOf('request.submitted')).toBeGreaterThan(0);
      ctrlC(again);
      await again.ended;

      const fresh = npmStart({}, '--fresh');
      await isReady(fresh);
      expect(await recordsOf('request.submitted')).toBe(0);
      ctrlC(fresh);
      await fresh.ended;
      expect(processesOf(dataDir)).toEqual([]);
    },
    400_000,
  );

  it('names a port in use, and the setting that changes it', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const started = npmStart({ NOTIFIER_PORT: String(port) });
      expect(await started.ended).not.toBe(0);
      expect(started.text()).toContain(String(port));
      expect(started.text()).toContain('NOTIFIER_PORT');
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  }, 60_000);
});
