import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { workspaceFolder } from './servers.config.js';
import { waitUntil } from './wait-until.js';

const WITHIN_MS = 20_000;
jest.setTimeout(2 * WITHIN_MS);

let folder: string;
const pids: number[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tollgate-leash-'));
});
afterEach(() => {
  for (const pid of pids.splice(0).filter(isAlive)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Notes its end in a file when it is asked to stop, so that the order of ends can be seen. */
const SERVER = `
  import { appendFileSync, writeFileSync } from 'node:fs';
  const [folder, name] = process.argv.slice(2);
  process.on('SIGTERM', () => { appendFileSync(folder + '/ends', name + '\\n'); process.exit(0); });
  setInterval(() => {}, 1e6);
  writeFileSync(folder + '/' + name, String(process.pid));
`;

/** Starts three servers and then has nothing to do but to die. */
const SUPERVISOR = (door: string) => `
  import { startServerProcess } from ${JSON.stringify(door)};
  const [folder] = process.argv.slice(2);
  for (const order of ['database', 'broker', 'service']) {
    await startServerProcess({
      command: process.execPath, args: [folder + '/server.mjs', folder, order],
      logFile: folder + '/' + order + '.log', order,
    });
  }
  setInterval(() => {}, 1e6);
`;

async function startSupervisor() {
  const door = pathToFileURL(join(workspaceFolder(), 'libs/servers/dist/server-process.js')).href;
  writeFileSync(join(folder, 'server.mjs'), SERVER);
  writeFileSync(join(folder, 'supervisor.mjs'), SUPERVISOR(door));
  const supervisor = spawn(process.execPath, [join(folder, 'supervisor.mjs'), folder], { stdio: 'inherit' });
  const names = ['database', 'broker', 'service'];
  await waitUntil('run', () => names.every((name) => existsSync(join(folder, name))), WITHIN_MS);
  await waitUntil(
    'noted',
    () => names.every((name) => readFileSync(join(folder, name), 'utf8') !== ''),
    WITHIN_MS,
  );
  pids.push(...names.map((name) => Number(readFileSync(join(folder, name), 'utf8'))));
  return supervisor;
}

describe('servers whose supervisor dies', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'of %s are stopped, those who use others before what they use',
    async (signal) => {
      const supervisor = await startSupervisor();
      supervisor.kill(signal);
      await once(supervisor, 'exit');
      await waitUntil('gone', () => !pids.some(isAlive), WITHIN_MS);
      expect(readFileSync(join(folder, 'ends'), 'utf8')).toBe('service\nbroker\ndatabase\n');
    },
  );
});
