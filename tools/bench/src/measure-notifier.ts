import { newEvent, type RouteResolved } from '@tollgate/contracts';
import { LaneSender, outgoing } from '@tollgate/messaging';
import { createLogger } from '@tollgate/runtime';
import { waitUntil } from '@tollgate/servers';
import { type Stack } from '@tollgate/stack';
import { Client } from 'pg';
import { Registry } from 'prom-client';
import { acceptedRequest } from './accepted-request.js';
import { deciderName, environmentOf } from './bench-policy.js';
import { LoadClient } from './load-client.js';
import { type LoadTarget } from './load-messages.js';
import { cpuSecondsOf } from './process-usage.js';
import { memoryNow } from './system-usage.js';

/** What one notifier does while the other four services stand still. */
export interface NotifierFigures {
  readonly opened: number;
  /** By the database's clock, from the first to the last. */
  readonly openedPerSecond: number;
  /** In a second of its own CPU time, over all its threads. */
  readonly openedPerCpuSecond: number;
  readonly voters: number;
  /** Votes by the API that decide, with 1,000 to 6,000 pending. */
  readonly votesPerSecond: number;
  /** The same with all that was opened pending. */
  readonly votesPerSecondWithAllPending: number;
  readonly memoryMiBBefore: number;
  /** With the garbage of opening them. */
  readonly memoryMiBWithAllPending: number;
  /** Of the same pending, in a process that has just started. */
  readonly memoryMiBAfterRestart: number;
}

const FEW = 6_000;
const VOTES = 5_000;
const VOTERS = 64;
const CHUNK = 1_000;
const PATIENCE_MS = 300_000;

function routed(serial: number) {
  const decider = serial % VOTERS;
  const request = acceptedRequest('deploy_prod', environmentOf(decider), serial, 'high');
  const data: RouteResolved = {
    request,
    route: {
      rule: 'bench',
      riskLevel: { claimed: 'high', effective: 'high' },
      decider: 'people',
      plan: [
        {
          quorum: { kind: 'one', from: `role:lead-${decider}` },
          approvers: [{ person: deciderName(decider), via: [`role:lead-${decider}`] }],
          excluded: [],
          timeout: 'PT4H',
          reminders: [],
          onSilence: 'deny',
        },
      ],
      signIn: 'signed-in',
      releaseValidity: 'PT15M',
      preflight: [],
      explanation: 'The lead of the environment decides.',
    },
  };
  return newEvent({
    topic: 'route.resolved',
    service: 'router',
    key: request.id,
    requestId: request.id,
    time: request.submittedAt,
    data,
  });
}

/** Casts a vote on each, so many at a time, and answers how many there were in a second. */
async function votesPerSecond(target: LoadTarget, serials: readonly number[]): Promise<number> {
  const client = new LoadClient(target, VOTERS);
  const began = performance.now();
  try {
    const left = [...serials];
    const voter = async (): Promise<void> => {
      for (let serial = left.pop(); serial !== undefined; serial = left.pop()) {
        const { status, body } = await client.vote(routed(serial).data.request.id, serial % VOTERS);
        if (status !== 200) throw new Error(`a vote was answered ${status}: ${JSON.stringify(body)}`);
      }
    };
    await Promise.all(Array.from({ length: VOTERS }, voter));
    return Math.round((serials.length * 1000) / (performance.now() - began));
  } finally {
    await client.close();
  }
}

/**
 * Gives the notifier routes in the router's place, and votes. The other services are stopped meanwhile, and are of no use
 * any more afterwards: they find a topic that they know nothing of.
 * @param pending approvals at last
 */
export async function measureNotifier(
  stack: Stack,
  target: LoadTarget,
  pending: number,
): Promise<NotifierFigures> {
  const others = (['intake', 'router', 'guardrail', 'audit'] as const).flatMap(
    (service) => stack.pid(service) ?? [],
  );
  const signal = (name: NodeJS.Signals): void => others.forEach((pid) => process.kill(pid, name));
  const sender = new LaneSender({
    connection: { ...stack.kafkaAdmin, clientId: 'bench' },
    logger: createLogger('router', 'silent'),
    metrics: new Registry(),
  });
  const database = new Client({ connectionString: stack.databaseUrls.notifier });
  await Promise.all([sender.connect(), database.connect()]);
  const openedFrom = async (): Promise<{ count: number; seconds: number }> => {
    const { rows } = await database.query<{ count: number; seconds: number }>(
      `SELECT count(*)::integer AS count,
              extract(epoch FROM max(opened_at) - min(opened_at))::float8 AS seconds FROM approval
       WHERE data LIKE '%"producer":"bench"%' AND opened_at > $1`,
      [since],
    );
    return rows[0] ?? { count: 0, seconds: 0 };
  };
  let since = new Date(0);
  const open = async (from: number, to: number): Promise<{ perSecond: number; perCpuSecond: number }> => {
    const { rows } = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    since = rows[0]?.now ?? since;
    const pid = stack.pid('notifier') ?? 0;
    const before = cpuSecondsOf(pid);
    for (let serial = from; serial < to; serial += CHUNK) {
      const count = Math.min(CHUNK, to - serial);
      await sender.send(
        Array.from({ length: count }, (_, index) => outgoing(routed(serial + index), 'route.resolved')),
      );
    }
    let opened = await openedFrom();
    await waitUntil(
      'all are open',
      async () => {
        opened = await openedFrom();
        return opened.count >= to - from;
      },
      PATIENCE_MS,
    );
    return {
      perSecond: Math.round(opened.count / opened.seconds),
      perCpuSecond: Math.round(opened.count / (cpuSecondsOf(pid) - before)),
    };
  };
  const serials = (from: number): number[] => Array.from({ length: VOTES }, (_, index) => from + index);
  signal('SIGSTOP');
  try {
    const memoryMiBBefore = memoryNow(stack)['notifier'] ?? 0;
    await open(0, FEW);
    const few = await votesPerSecond(target, serials(0));
    const { perSecond, perCpuSecond } = await open(FEW, pending + VOTES);
    const memoryMiBWithAllPending = memoryNow(stack)['notifier'] ?? 0;
    const all = await votesPerSecond(target, serials(FEW));
    await stack.restart('notifier');
    const memoryMiBAfterRestart = memoryNow(stack)['notifier'] ?? 0;
    return {
      opened: pending + VOTES - FEW,
      openedPerSecond: perSecond,
      openedPerCpuSecond: perCpuSecond,
      voters: VOTERS,
      votesPerSecond: few,
      votesPerSecondWithAllPending: all,
      memoryMiBBefore,
      memoryMiBWithAllPending,
      memoryMiBAfterRestart,
    };
  } finally {
    signal('SIGCONT');
    await Promise.all([sender.disconnect(), database.end()]);
  }
}
