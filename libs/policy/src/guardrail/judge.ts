import { type Decision, type Guardrail, type Request, type Route } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { judgeRule } from './judge-rule.js';

/** What the gate has in its hand. */
export interface GateFacts {
  readonly request: Request;
  readonly route: Route;
  readonly decision: Decision;
}

/**
 * What the gate says after the decision: every guardrail is judged and reported, one that blocks suffices. What was not
 * approved is not judged (`skipped`).
 * @param compiled the revision that ruled at the decision
 */
export function judge(compiled: CompiledPolicy, { request, decision }: GateFacts): Guardrail {
  const policyRevision = compiled.revision;
  if (decision.outcome !== 'approved') return { outcome: 'skipped', results: [], policyRevision };
  const results = compiled.guardrails.map((rule) => judgeRule(rule, request));
  return {
    outcome: results.some(({ verdict }) => verdict === 'blocked') ? 'blocked' : 'passed',
    results,
    policyRevision,
  };
}
