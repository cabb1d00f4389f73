/**
 * Jest's global setup of the end-to-end tests: opens a door at which spec files get what is made once for all of them,
 * when the first of them asks for it (see apps/system-e2e/src/system/test-systems.ts):
 *
 *   GET /prepared  the folder with the data of a system in which nothing has happened yet, to be copied
 *   GET /shared    the system that many spec files use at the same time
 *
 * Jest loads this file untranslated, hence plain JavaScript on top of the build.
 */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { testPorts } from '../../build/test-ports.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const run = promisify(execFile);

/** People get many mails here; how many at most is tested elsewhere. */
const SHARED_SETTINGS = { notifier: { MAILS_PER_PERSON_PER_HOUR: '0' } };

export default async function openSystems() {
  for (const step of ['build.mjs', 'bundle.mjs'])
    execFileSync(process.execPath, [join(root, 'tools/build', step)], { stdio: 'inherit' });
  process.env.TOLLGATE_FREE_PORTS = testPorts(0);
  const { ANY_PORTS, prepareStack, startStack } = await import(
    pathToFileURL(join(root, 'tools/stack/dist/index.js')).href
  );
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-e2e-'));
  // Where tests run as root, Postgres runs as a user of its own and must reach its folder.
  chmodSync(folder, 0o755);
  const options = { ports: ANY_PORTS, logLevel: 'warn', machine: process.env };

  const prepare = async () => {
    const dataDir = join(folder, 'prepared');
    await prepareStack({ ...options, dataDir });
    return { dataDir };
  };
  const start = async () => {
    const dataDir = join(folder, 'shared');
    await run('cp', ['-a', (await made('/prepared')).dataDir, dataDir]);
    return startStack({ ...options, dataDir, environment: SHARED_SETTINGS });
  };
  const makers = { '/prepared': prepare, '/shared': start };
  const making = new Map();
  const made = (path) => {
    if (!making.has(path)) making.set(path, makers[path]());
    return making.get(path);
  };

  const server = createServer(async (request, response) => {
    try {
      // What can be called of a stack stays here: JSON has no functions.
      response.end(JSON.stringify(await made(request.url)));
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.stack : String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.TOLLGATE_TEST_SYSTEMS = `http://127.0.0.1:${server.address().port}`;
  // As soon as can be: nearly every spec file begins with it.
  made('/prepared').catch(() => undefined);

  globalThis.tollgateTestSystems = {
    async stop() {
      server.closeAllConnections();
      server.close();
      await Promise.allSettled(making.values());
      await (await making.get('/shared')?.catch(() => undefined))?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
