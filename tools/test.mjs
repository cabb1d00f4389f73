/**
 * `npm test`: installs and builds what is missing, then runs every check and every test, and closes with the line
 * `N passed, N failed`. With the names of levels (lint, types, format, unit, int, e2e) as arguments it runs only those.
 * Plain JavaScript without imports from outside, so that any Node from 20 can start it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { node, prepare, root } from './prepare.mjs';

const CHECKS = ['lint', 'types', 'format'];
const LEVELS = ['unit', 'int', 'e2e'];
const GROUPED = ['unit', 'int'];
const WORKERS = 2;
const JEST = join(root, 'node_modules', 'jest', 'bin', 'jest.js');

const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}` };
const totals = { passed: 0, failed: 0, skipped: 0 };

function title(name) {
  console.log(`\n== ${name}`);
}

/** Starts a check, which goes on beside others. @returns what it has said at its end, and whether all was well */
function startCheck(name) {
  const child = spawn('npm', ['run', '--silent', name], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ passed: false, output: `${error.message}\n` }));
    child.once('close', (code) => resolve({ passed: code === 0, output }));
  });
}

/** All at once, as each keeps one core busy; told one after the other. A check counts as one test. */
async function checks(names) {
  for (const [name, ending] of names.map((name) => [name, startCheck(name)])) {
    title(name);
    const { passed, output } = await ending;
    process.stdout.write(output);
    totals[passed ? 'passed' : 'failed'] += 1;
    console.log(passed ? `${name} passed` : `${name} failed`);
  }
}

/** The Jest project of a level, most of which run their specs in groups that `tools/build/bundle-specs.mjs` puts together. */
function projectOf(level) {
  if (!GROUPED.includes(level)) return level;
  const { status } = spawnSync(node, [join(root, 'tools', 'build', 'bundle-specs.mjs'), level], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the specs could not be put together');
  return `${level}s`;
}

function tests(level) {
  title(level);
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-results-'));
  const outputFile = join(folder, 'results.json');
  try {
    const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const { status } = spawnSync(
      node,
      [
        ...flags,
        JEST,
        '--selectProjects',
        projectOf(level),
        '--json',
        `--outputFile=${outputFile}`,
        `--maxWorkers=${WORKERS}`,
      ],
      { cwd: root, env, stdio: ['inherit', 'ignore', 'inherit'] },
    );
    const results = JSON.parse(readFileSync(outputFile, 'utf8'));
    // A spec file that could not even be loaded has no failed test, but it has failed; so has a run that ended badly.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    totals.passed += results.numPassedTests;
    totals.skipped += results.numPendingTests + results.numTodoTests;
    totals.failed += failed > 0 || status === 0 ? failed : 1;
  } catch (error) {
    console.error(`${level} tests did not run to their end: ${error.message}`);
    totals.failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await prepare();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => ![...CHECKS, ...LEVELS].includes(name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. There are: ${[...CHECKS, ...LEVELS].join(', ')}`);
  process.exit(64);
}
const isAsked = (name) => asked.length === 0 || asked.includes(name);
await checks(CHECKS.filter(isAsked));
for (const level of LEVELS.filter(isAsked)) tests(level);

if (totals.skipped > 0)
  console.log(`\n${totals.skipped} SKIPPED: their output says what they miss on this machine`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 ? 0 : 1;
