import { type DecisionMade, type Guardrail } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { judge } from './judge.js';
import { policyIsCurrent } from './policy-is-current.js';

/**
 * What the gate says of a decision: the guardrails of the revision, and the one that is always there. The gate's now is the
 * moment of the decision, so the same decision and revision always give the same answer.
 * @param compiled the revision that ruled at the decision
 */
export function judgeAtGate(compiled: CompiledPolicy, data: DecisionMade): Guardrail {
  const guardrail = judge(compiled, data, Date.parse(data.decision.decidedAt));
  const builtIn = guardrail.outcome === 'skipped' ? undefined : policyIsCurrent(data);
  if (builtIn === undefined) return guardrail;
  return {
    ...guardrail,
    outcome: builtIn.verdict === 'blocked' ? 'blocked' : guardrail.outcome,
    results: [...guardrail.results, builtIn],
  };
}
