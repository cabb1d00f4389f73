/**
 * Makes a clone ready to run: packages, then the build. Plain JavaScript without imports from outside, so that any
 * Node from 20 can start it; what it returns is the workspace's own Node, which runs all the rest.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const OLDEST_NODE = 20;
const lock = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
/** Holds the hash of the lock file that node_modules was installed from. */
const marker = join(modules, '.tollgate-lock');
/** What npm itself writes when it has finished an installation. */
const npmMarker = join(modules, '.package-lock.json');
const onWindows = process.platform === 'win32';
/** The workspace's own Node. */
export const node = join(modules, '.bin', onWindows ? 'node.cmd' : 'node');

const hashOfLock = () => createHash('sha256').update(readFileSync(lock)).digest('hex');

function isInstalled() {
  if (!existsSync(node) || !existsSync(npmMarker)) return false;
  if (existsSync(marker) && readFileSync(marker, 'utf8').trim() === hashOfLock()) return true;
  // Somebody has installed by hand since the lock file last changed.
  return statSync(npmMarker).mtimeMs >= statSync(lock).mtimeMs;
}

/** Runs `npm ci` with one line of progress in the place of its own output, which is shown when it fails. */
async function install() {
  const started = Date.now();
  const line = () => `installing packages (npm ci, ${Math.round((Date.now() - started) / 1000)} s)`;
  const onTerminal = process.stdout.isTTY;
  if (!onTerminal) console.log('installing packages (npm ci)');
  const progress = onTerminal ? setInterval(() => process.stdout.write(`\r${line()}`), 1000) : undefined;
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under `npm start` the very npm that runs us; it need not be the one in the path.
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm, ...flags]] : ['npm', flags];
  let output = '';
  const code = await new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, shell: onWindows, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(progress);
  if (code !== 0) {
    console.error(`\n${output}\n\`npm ci\` failed; the lines above say why.`);
    process.exit(1);
  }
  writeFileSync(marker, `${hashOfLock()}\n`);
  console.log(
    `${onTerminal ? '\r' : ''}packages installed in ${Math.round((Date.now() - started) / 1000)} s`,
  );
}

/** Installs what is missing and builds what has changed; ends the process with a message where that fails. */
export async function prepare() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    console.error(`Tollgate needs Node.js ${OLDEST_NODE} or newer; this is ${process.version}.`);
    process.exit(1);
  }
  if (!isInstalled()) await install();
  const runs = spawnSync(node, ['--version'], { encoding: 'utf8', shell: onWindows });
  if (runs.status !== 0) {
    console.error(
      `The Node.js of the packages (${node}) does not run. Was its install script left out? Try: npm rebuild node`,
    );
    process.exit(1);
  }
  for (const step of ['build.mjs', 'bundle.mjs']) {
    const { status } = spawnSync(node, [join(root, 'tools', 'build', step)], {
      stdio: 'inherit',
      shell: onWindows,
    });
    if (status !== 0) process.exit(1);
  }
}
