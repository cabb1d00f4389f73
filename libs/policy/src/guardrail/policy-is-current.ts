import { type DecisionMade, type GuardrailResult } from '@tollgate/contracts';
import { POLICY_PUBLISH } from '../publish/policy-publish-fault.js';

/** The name of the built-in rule. */
export const POLICY_IS_CURRENT = 'policy-is-current';

/**
 * The one rule that no policy has to name and nobody outranks: a change of policy may pass only while the revision that
 * it is based on still rules. Otherwise it would undo, unseen, what was published in between.
 * @returns undefined for every other action
 */
export function policyIsCurrent({ request, decision }: DecisionMade): GuardrailResult | undefined {
  if (request.action !== POLICY_PUBLISH.action) return undefined;
  const { basedOn } = request.target;
  const ruling = decision.policyRevision;
  if (basedOn === ruling)
    return {
      rule: POLICY_IS_CURRENT,
      verdict: 'passed',
      reason: `It is based on revision ${ruling}, which rules.`,
    };
  const base = Number.isSafeInteger(basedOn) ? `revision ${String(basedOn)}` : 'no revision';
  return {
    rule: POLICY_IS_CURRENT,
    verdict: 'blocked',
    reason: `It is based on ${base}, but revision ${ruling} rules now: propose the change again on that.`,
  };
}
