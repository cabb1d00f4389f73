import { setImmediate } from 'node:timers/promises';
import { newEvent, RISK_LEVELS } from '@tollgate/contracts';
import { LOCAL_HOST } from '@tollgate/servers';
import { type Stack } from '@tollgate/stack';
import { acceptedRequest } from './accepted-request.js';
import { largePolicy, largePolicyAction } from './large-policy.js';
import { measureStageAlone, type RunningStage } from './stage-alone.js';

/** What the router alone does with a large policy: from Kafka to Kafka. */
export interface RelayFigures {
  readonly requests: number;
  readonly lines: number;
  readonly people: number;
  /** By the broker's clock, from the first route to the last. */
  readonly relayedPerSecond: number;
  /** Requests that the router relays in a second of its own CPU time, over all its threads. */
  readonly relayedPerCpuSecond: number;
  /** From the moment that a revision is sent until the router is ready with it. */
  readonly newRevisionRulesMs: number;
}

const LINES = 1_000;
const PEOPLE = 10_000;

function submittedEvent(index: number) {
  const riskLevel = RISK_LEVELS[index % RISK_LEVELS.length] ?? 'low';
  const request = acceptedRequest(largePolicyAction(index % LINES), 'production', index, riskLevel);
  return newEvent({
    topic: 'request.submitted',
    service: 'intake',
    key: request.id,
    requestId: request.id,
    time: request.submittedAt,
    data: { request },
  });
}

const isReadyWith = async (port: number, revision: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://${LOCAL_HOST}:${port}/health/ready`);
    return response.ok && (await response.text()).includes(`policy revision ${revision} rules`);
  } catch {
    return false;
  }
};

/** Milliseconds. */
async function untilNewRevisionRules({ port, publish }: RunningStage): Promise<number> {
  const sent = performance.now();
  await publish(2);
  while (!(await isReadyWith(port, 2))) await setImmediate();
  return Math.round(performance.now() - sent);
}

/** Gives a router of its own requests that wait on Kafka, on topics of their own, and then a new revision. */
export async function measureRelay(
  stack: Stack,
  requests: number,
  nodeFlags: readonly string[] = [],
): Promise<RelayFigures> {
  const { perSecond, perCpuSecond, more } = await measureStageAlone(
    stack,
    {
      service: 'router',
      topicPrefix: 'relay.',
      documents: largePolicy(LINES, PEOPLE),
      from: 'request.submitted',
      to: 'route.resolved',
      events: requests,
      event: submittedEvent,
      nodeFlags,
    },
    untilNewRevisionRules,
  );
  return {
    requests,
    lines: LINES,
    people: PEOPLE,
    relayedPerSecond: perSecond,
    relayedPerCpuSecond: perCpuSecond,
    newRevisionRulesMs: more ?? 0,
  };
}
