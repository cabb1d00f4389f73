import { newEvent, type TopicEvent } from '@tollgate/contracts';
import { type CompiledPolicy, judgeAtGate } from '@tollgate/policy';

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
    data: { ...decided.data, guardrail: judgeAtGate(compiled, decided.data) },
  });
}
