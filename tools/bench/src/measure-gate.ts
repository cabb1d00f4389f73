import { type Decision, decodeEvent, newEvent, type TopicEvent } from '@tollgate/contracts';
import { compile, resolveRoute } from '@tollgate/policy';
import { type Stack } from '@tollgate/stack';
import { acceptedRequest } from './accepted-request.js';
import { guardedPolicy } from './guarded-policy.js';
import { measureStageAlone } from './stage-alone.js';

/** What the guardrail alone does with a policy of many guardrails: from Kafka to Kafka. */
export interface GateFigures {
  readonly decisions: number;
  readonly guardrails: number;
  /** By the broker's clock, from the first judgement to the last. */
  readonly judgedPerSecond: number;
  /** Decisions that the guardrail judges in a second of its own CPU time, over all its threads. */
  readonly judgedPerCpuSecond: number;
  /** Of the record that it sends for one. */
  readonly bytesOut: number;
}

const GUARDRAILS = 200;
/** A Monday before noon, when no window of the policy is open. */
const BEGIN = Date.UTC(2026, 10, 2, 8);

const at = (seconds: number): string => new Date(BEGIN + seconds * 1000).toISOString();

/** Approvals by one of two leads, as the notifier sends them. */
function decidedEvents(
  documents: ReturnType<typeof guardedPolicy>,
): (index: number) => TopicEvent<'decision.made'> {
  const compiled = compile({ revision: 1, ...documents });
  return (index) => {
    const request = {
      ...acceptedRequest('deploy_prod', 'production', index, 'high'),
      submittedAt: at(index % 3_600),
    };
    const decision: Decision = {
      outcome: 'approved',
      decidedBy: 'people',
      step: 0,
      openedAt: at((index % 3_600) + 1),
      deadline: at((index % 3_600) + 1 + 4 * 3_600),
      votes: [
        {
          person: index % 2 === 0 ? 'ann' : 'bea',
          step: 0,
          verdict: 'approve',
          reason: 'looks right to me',
          at: at((index % 3_600) + 60),
          authentication: 'signed-in',
          counted: true,
        },
      ],
      overrides: [],
      decidedAt: at((index % 3_600) + 60),
      explanation: 'Approved by a lead.',
      policyRevision: 1,
    };
    return newEvent({
      topic: 'decision.made',
      service: 'notifier',
      key: request.id,
      requestId: request.id,
      time: decision.decidedAt,
      data: { request, route: resolveRoute(compiled, request), decision },
    });
  };
}

/** Gives a guardrail of its own decisions that wait on Kafka, on topics of their own. */
export async function measureGate(
  stack: Stack,
  decisions: number,
  nodeFlags: readonly string[] = [],
): Promise<GateFigures> {
  const documents = guardedPolicy(GUARDRAILS);
  const { perSecond, perCpuSecond, first } = await measureStageAlone(stack, {
    service: 'guardrail',
    topicPrefix: 'gate.',
    documents,
    from: 'decision.made',
    to: 'guardrail.evaluated',
    events: decisions,
    event: decidedEvents(documents),
    nodeFlags,
  });
  const { outcome, results } = decodeEvent('guardrail.evaluated', first.value, first.key).data.guardrail;
  if (outcome !== 'passed' || results.length !== GUARDRAILS)
    throw new Error(`the gate ${outcome} what it should let pass, with ${results.length} results`);
  return {
    decisions,
    guardrails: GUARDRAILS,
    judgedPerSecond: perSecond,
    judgedPerCpuSecond: perCpuSecond,
    bytesOut: first.value?.length ?? 0,
  };
}
