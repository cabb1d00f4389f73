import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ANY_PORTS, type Stack, type StackPorts, startStack } from '@tollgate/stack';
import { Command } from 'commander';
import { writeBenchPolicy } from './bench-policy.js';
import { LoadProcess } from './load-process.js';
import { measureAlone } from './measure-alone.js';
import { loadTarget, measureApprovals, measureIdle, measureUnloaded } from './measure.js';
import { measureNotifier } from './measure-notifier.js';
import { measurePending } from './measure-pending.js';
import { printFigures } from './print-figures.js';

const DECIDERS = 64;
const SUBMITTERS = 64;

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${text} is not a whole number`);
  return value;
};

const options = new Command('npm run bench --')
  .description('Measures the running system on this machine; nothing here is a test.')
  .option('--json <file>', 'write every figure as JSON')
  .option('--requests <n>', 'requests of the approval workload', count, 20_000)
  .option('--unloaded <n>', 'requests decided one at a time', count, 300)
  .option(
    '--pending <n>',
    'requests left pending while everything is killed; 0 leaves this out',
    count,
    20_000,
  )
  .option(
    '--relay <n>',
    'requests that the router alone relays by a large policy; 0 leaves this out',
    count,
    20_000,
  )
  .option('--gate <n>', 'decisions that the guardrail alone judges; 0 leaves this out', count, 20_000)
  .option(
    '--ledger <n>',
    'records that the ledger alone records, exports and verifies; 0 leaves this out',
    count,
    120_000,
  )
  .option('--alone', 'only the parts that are measured alone: router, guardrail, ledger, scanning, signing')
  .option('--open <n>', 'approvals that the notifier alone opens; 0 leaves this out', count, 100_000)
  .option(
    '--cpu-profiles <folder>',
    'have each service write a CPU profile when it stops; the figures suffer',
  )
  .parse()
  .opts<{
    json?: string;
    requests: number;
    unloaded: number;
    pending: number;
    relay: number;
    gate: number;
    ledger: number;
    alone?: true;
    open: number;
    cpuProfiles?: string;
  }>();

const dataDir = mkdtempSync(join(tmpdir(), 'tollgate-bench-'));
const files = writeBenchPolicy(join(dataDir, 'policies'), DECIDERS);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const nodeFlags =
  options.cpuProfiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(options.cpuProfiles)}`];
const machine = { cores: cpus().length, processor: cpus()[0]?.model ?? 'unknown', node: process.version };

const start = (fresh: boolean, doors: Partial<StackPorts> = {}): Promise<Stack> =>
  startStack({
    dataDir,
    fresh,
    ports: { ...ANY_PORTS, ...doors },
    logLevel: 'warn',
    nodeFlags,
    environment: {
      intake: { POLICY_FILE: files.policyFile, DIRECTORY_FILE: files.directoryFile },
      // A mail for each request, as long as the mail round keeps up: digests would make it look faster.
      // Its few deciders vote more in a second than people may in a minute.
      notifier: { CONTACTS_FILE: files.contactsFile, MAILS_PER_PERSON_PER_HOUR: '0', VOTES_PER_MINUTE: '0' },
    },
  });

const show = (figures: object): void => {
  printFigures(figures);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, undefined, 2)}\n`);
};
const alone = (running: Stack) =>
  measureAlone(running, { relay: options.relay, gate: options.gate, ledger: options.ledger, nodeFlags, say });

let stack: Stack | undefined;

/** Everything, one after the other. */
async function measureAll(load: LoadProcess): Promise<object> {
  const firstBegan = performance.now();
  stack = await start(false);
  const firstStartSeconds = Number(((performance.now() - firstBegan) / 1000).toFixed(1));
  const target = await loadTarget(stack, DECIDERS);
  say('one request at a time, by a system that has just started');
  const cold = await measureUnloaded(load, target, options.unloaded);
  say('idle');
  const idle = await measureIdle(stack);
  say(`the approval workload: ${options.requests} requests`);
  await measureApprovals(stack, load, target, Math.ceil(options.requests / 5), SUBMITTERS);
  const approvals = await measureApprovals(stack, load, target, options.requests, SUBMITTERS);
  say('one request at a time');
  const unloaded = await measureUnloaded(load, target, options.unloaded);
  const parts = await alone(stack);
  say('second start');
  await stack.stop();
  const began = performance.now();
  stack = await start(false);
  const secondStartSeconds = Number(((performance.now() - began) / 1000).toFixed(1));
  let pending;
  if (options.pending > 0) {
    say(`${options.pending} pending`);
    const outcome = await measurePending(
      stack,
      load,
      await loadTarget(stack, DECIDERS),
      options.pending,
      (doors) => start(false, doors),
    );
    stack = outcome.stack;
    pending = outcome.figures;
  }
  let notifier;
  if (options.open > 0) {
    say(`the notifier alone: ${options.open} pending`);
    await stack.stop();
    stack = await start(true);
    notifier = await measureNotifier(stack, await loadTarget(stack, DECIDERS), options.open);
  }
  return {
    machine,
    approvalsPerSecond: approvals.approvalsPerSecond,
    decisionToReleasedMs: unloaded.decisionToReleasedMs,
    automaticMs: unloaded.automaticMs,
    peakMiB: approvals.peakMiB,
    idleCpuPercent: idle.idleCpuPercent,
    afterStart: cold,
    firstStartSeconds,
    secondStartSeconds,
    approvals,
    idle,
    ...parts,
    ...(pending === undefined ? {} : { pending }),
    ...(notifier === undefined ? {} : { notifier }),
  };
}

const load = options.alone === true ? undefined : new LoadProcess();
try {
  say('starting the system');
  if (load === undefined) {
    stack = await start(false);
    show({ machine, ...(await alone(stack)) });
  } else show(await measureAll(load));
} finally {
  load?.stop();
  await stack?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
