import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANY_PORTS, type Stack, startStack, type StackOptions, type StackPorts } from '@tollgate/stack';
import { copyPrepared, sharedStack } from './test-systems.js';
import { runTollgate, type CliResult, startTollgate, type RunningCli } from './tollgate-process.js';

/** The whole system, real, on free ports and with data of its own. */
export interface RunningSystem {
  /** The stack as it runs now; another one after {@link restart}. */
  readonly stack: Stack;
  /** Runs the real command line as a process of its own, to its end. */
  tollgate(...args: string[]): Promise<CliResult>;
  /** Starts it and goes on. */
  startTollgate(...args: string[]): RunningCli;
  /** Stops everything, does what is to be done meanwhile, and starts again on the same data. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  /** Stops everything and removes the data. */
  stop(): Promise<void>;
}

/** What a stack for tests is told. */
export type SystemOptions = Partial<Omit<StackOptions, 'dataDir' | 'ports'>>;

/** Where the services listen, so that a next start has the same addresses; the rest may change. */
function portsOf({ urls }: Stack): StackPorts {
  const port = (url: string): number => Number(new URL(url).port);
  return {
    ...ANY_PORTS,
    intake: port(urls.intake),
    router: port(urls.router),
    notifier: port(urls.notifier),
    guardrail: port(urls.guardrail),
    audit: port(urls.audit),
  };
}

/**
 * Starts a system for one spec file alone. Most need it: who gives it settings, changes its policy or its people, breaks
 * or restarts a part of it, or counts all that it has.
 */
export async function startSystem(options: SystemOptions = {}): Promise<RunningSystem> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollgate-e2e-'));
  // Where tests run as root, Postgres runs as a user of its own and must reach its folder.
  chmodSync(dataDir, 0o755);
  const start = (ports: StackPorts) =>
    startStack({ logLevel: 'warn', ...options, dataDir, ports, machine: process.env });
  const clear = () => rmSync(dataDir, { recursive: true, force: true });
  let stack: Stack;
  try {
    await copyPrepared(dataDir);
    stack = await start(ANY_PORTS);
  } catch (error) {
    clear();
    throw error;
  }
  return {
    get stack() {
      return stack;
    },
    tollgate: (...args) => runTollgate(dataDir, args),
    startTollgate: (...args) => startTollgate(dataDir, args),
    restart: async (meanwhile) => {
      const ports = portsOf(stack);
      await stack.stop();
      await meanwhile?.();
      stack = await start(ports);
    },
    stop: async () => {
      await stack.stop();
      clear();
    },
  };
}

/**
 * The system that spec files share, at the same time. A spec file on it looks only at what it brought itself: its own
 * requests and their mails, producers with names of its own. It does not stop with the spec file; nothing in it can be
 * restarted.
 */
export async function sharedSystem(): Promise<RunningSystem> {
  const stack = await sharedStack();
  return {
    stack,
    tollgate: (...args) => runTollgate(stack.dataDir, args),
    startTollgate: (...args) => startTollgate(stack.dataDir, args),
    restart: async () => {
      throw new Error('The shared system is not restarted.');
    },
    stop: async () => undefined,
  };
}
