import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { freePort, startServerProcess, waitUntil } from '@tollgate/servers';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceNotReadyError } from './service-not-ready-error.js';
import { superviseService, type SupervisedService } from './supervised-service.js';

const WITHIN_MS = 15_000;
jest.setTimeout(2 * WITHIN_MS);

/** A service as small as can be: ready while a file says so, and deaf to SIGTERM where it is told to be. */
const PROGRAM = `
  import { createServer } from 'node:http';
  import { existsSync } from 'node:fs';
  const [port, folder] = process.argv.slice(2);
  if (existsSync(folder + '/broken')) { console.log('the setting X is missing'); process.exit(Number(process.env.EXIT)); }
  if (existsSync(folder + '/deaf')) process.on('SIGTERM', () => console.log('not now'));
  createServer((_, response) => {
    response.statusCode = existsSync(folder + '/unready') ? 503 : 200;
    response.end(String(process.pid));
  }).listen(Number(port), '127.0.0.1');
`;

let folder: string;
let port: number;
let lines: string[];
let service: SupervisedService | undefined;

async function supervise(exit = 1): Promise<SupervisedService> {
  const program = join(folder, 'service.mjs');
  const logFile = join(folder, 'service.log');
  writeFileSync(program, PROGRAM);
  service = await superviseService({
    name: 'service',
    start: () =>
      startServerProcess({
        command: process.execPath,
        args: [program, String(port), folder],
        env: { ...process.env, EXIT: String(exit) },
        logFile,
        order: 'service',
        graceMs: 500,
      }),
    onStarted: () => undefined,
    isReady: async () => {
      try {
        return (await fetch(`http://127.0.0.1:${port}`)).ok;
      } catch {
        return false;
      }
    },
    lastWords: () => readFileSync(logFile, 'utf8'),
    onLine: (line) => lines.push(line),
  });
  return service;
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-supervised-'));
  port = await freePort();
  lines = [];
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  rmSync(folder, { recursive: true });
});

describe('a supervised service', () => {
  it('is started again after it was killed', async () => {
    const supervised = await supervise();
    await supervised.ready();
    const before = supervised.pid();
    await supervised.kill('SIGKILL');
    await supervised.ready();
    expect(supervised.pid()).not.toBe(before);
    expect(lines).toEqual(['service ended by SIGKILL; it is started again in 100 ms']);
  });

  it('is started again and again, ever more slowly', async () => {
    const supervised = await supervise();
    for (let death = 0; death < 3; death += 1) {
      await supervised.ready();
      await supervised.kill('SIGKILL');
    }
    await supervised.ready();
    expect(lines.map((line) => /in (\d+) ms/.exec(line)?.[1])).toEqual(['100', '200', '400']);
  });

  it('comes back as another process after a restart, without a word about a death', async () => {
    const supervised = await supervise();
    await supervised.ready();
    const before = supervised.pid();
    await supervised.restart();
    expect(supervised.pid()).not.toBe(before);
    expect(lines).toEqual([]);
  });

  it('is ready only when it says so', async () => {
    const unready = join(folder, 'unready');
    writeFileSync(unready, '');
    const supervised = await supervise();
    let isReady = false;
    const ready = supervised.ready().then(() => (isReady = true));
    await waitUntil(
      'answers',
      () =>
        fetch(`http://127.0.0.1:${port}`).then(
          () => true,
          () => false,
        ),
      WITHIN_MS,
    );
    expect(isReady).toBe(false);
    rmSync(unready);
    await ready;
  });

  it('stays dead after a stop', async () => {
    const supervised = await supervise();
    await supervised.ready();
    const pid = supervised.pid() ?? 0;
    await supervised.stop();
    expect(isAlive(pid)).toBe(false);
    expect(supervised.pid()).toBeUndefined();
    expect(lines).toEqual([]);
    await expect(supervised.ready()).rejects.toThrow(ServiceNotReadyError);
  });

  it('stays dead after a stop in the middle of a wait for its next start', async () => {
    const supervised = await supervise();
    await supervised.ready();
    for (let death = 0; death < 4; death += 1) {
      await waitUntil('runs', () => supervised.pid() !== undefined, WITHIN_MS);
      await supervised.kill('SIGKILL');
    }
    await supervised.stop();
    expect(supervised.pid()).toBeUndefined();
  });

  it('is killed when it does not stop within the grace', async () => {
    writeFileSync(join(folder, 'deaf'), '');
    const supervised = await supervise();
    await supervised.ready();
    const pid = supervised.pid() ?? 0;
    await supervised.stop();
    expect(isAlive(pid)).toBe(false);
    expect(readFileSync(join(folder, 'service.log'), 'utf8')).toContain('not now');
  });

  it('is given up when it ends three times before it was ever ready, with its last words', async () => {
    writeFileSync(join(folder, 'broken'), '');
    const supervised = await supervise();
    await expect(supervised.ready()).rejects.toThrow('the setting X is missing');
    expect(lines).toHaveLength(2);
  });

  it('is given up at once when its settings are wrong', async () => {
    writeFileSync(join(folder, 'broken'), '');
    const supervised = await supervise(78);
    await expect(supervised.ready()).rejects.toThrow('service cannot start');
    expect(lines).toEqual([]);
  });
});
