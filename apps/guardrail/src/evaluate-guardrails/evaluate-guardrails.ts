import { type DecisionMade, type Guardrail, newEvent, type TopicEvent } from '@tollgate/contracts';
import { type CompiledPolicy, judge } from '@tollgate/policy';
import { policyIsCurrent } from './policy-is-current.js';

/** The guardrails of the revision, and the one that is always there. */
function guardrailOf(compiled: CompiledPolicy, data: DecisionMade): Guardrail {
  const guardrail = judge(compiled, data, Date.parse(data.decision.decidedAt));
  const builtIn = guardrail.outcome === 'skipped' ? undefined : policyIsCurrent(data);
  if (builtIn === undefined) return guardrail;
  return {
    ...guardrail,
    outcome: builtIn.verdict === 'blocked' ? 'blocked' : guardrail.outcome,
    results: [...guardrail.results, builtIn],
  };
}

/**
 * `decision.made` → `guardrail.evaluated`. The same event and revision always give the same event.
 * @param decided the decision, known to fit its request and route
 * @param compiled the revision that ruled at the decision
 */
export function evaluateGuardrails(
  decided: TopicEvent<'decision.made'>,
  compiled: CompiledPolicy,
): TopicEvent<'guardrail.evaluated'> {
  const { request } = decided.data;
  return newEvent({
    topic: 'guardrail.evaluated',
    service: 'guardrail',
    key: request.id,
    requestId: request.id,
    time: decided.time,
    cause: decided,
    data: { ...decided.data, guardrail: guardrailOf(compiled, decided.data) },
  });
}
