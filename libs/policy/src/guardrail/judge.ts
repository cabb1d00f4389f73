import {
  type Decision,
  type Guardrail,
  type GuardrailResult,
  type Request,
  type Route,
} from '@tollgate/contracts';
import { isBreakGlassReview } from '../break-glass/break-glass-review.js';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { factsOf } from '../conditions/facts.js';
import { effectiveRisk, rankOf } from '../matrix/risk.js';
import { type CompiledGuardrail } from './compiled-guardrail.js';
import { judgeRule, type RuleFinding } from './judge-rule.js';
import { overrideObstacle } from './override-obstacle.js';
import { RuleFacts } from './rule-facts.js';

/** What the gate has in its hand. */
export interface GateFacts {
  readonly request: Request;
  readonly route: Route;
  readonly decision: Decision;
}

/** The higher of the risk at which it was routed and of what this revision makes of it: nothing lowers a risk. */
function riskOf(compiled: CompiledPolicy, { request, route }: GateFacts): Request['riskLevel'] {
  const routed = route.riskLevel.effective;
  if (!compiled.guardrailsAskRisk) return routed;
  const { effective } = effectiveRisk(compiled.risk, request.riskLevel, factsOf(request)).risk;
  return rankOf(effective) > rankOf(routed) ? effective : routed;
}

/** Whether somebody overrode a rule that blocks, and who; where it does not count, why not. */
function findOverride(
  rule: CompiledGuardrail,
  compiled: CompiledPolicy,
  { request, route, decision }: GateFacts,
): { readonly by?: string; readonly refused: readonly string[] } {
  const refused: string[] = [];
  for (const override of decision.overrides) {
    if (override.guardrail !== rule.id) continue;
    const obstacle =
      Date.parse(override.at) <= Date.parse(decision.decidedAt)
        ? overrideObstacle(rule, override, { compiled, request, route })
        : 'it came after the decision';
    if (obstacle === undefined) return { by: override.person, refused };
    refused.push(obstacle);
  }
  return { refused };
}

/** How many overrides that do not count a reason speaks of. */
const REFUSED_SHOWN = 3;

function resultOf(
  rule: CompiledGuardrail,
  { says, reason }: RuleFinding,
  compiled: CompiledPolicy,
  facts: GateFacts,
): GuardrailResult {
  const { id, strength } = rule;
  // Written out: to spread what is common takes longer than to judge the rule.
  const result = (verdict: GuardrailResult['verdict'], why: string): GuardrailResult =>
    strength === 'absolute'
      ? { rule: id, verdict, reason: why }
      : { rule: id, strength, verdict, reason: why };
  if (says === 'passes') return result('passed', reason);
  if (strength === 'advisory') return result('advised', reason);
  const { by, refused } = findOverride(rule, compiled, facts);
  if (by !== undefined) return result('overridden', `${reason} (overridden by ${by})`);
  const why = refused.slice(0, REFUSED_SHOWN).map((obstacle) => ` (an override does not count: ${obstacle})`);
  return result('blocked', reason + why.join(''));
}

/**
 * What the gate says after the decision: every guardrail is judged and reported, one that blocks suffices. What was not
 * approved is not judged (`skipped`), and a review of broken glass passes: nothing goes on by it. Pure: no clock, and the same however often and in what order it is called.
 * @param compiled the revision by which it is judged: that of the decision at the gate, the ruling one at redemption
 * @param now milliseconds since 1970: `decidedAt` at the gate, the moment of redemption there
 */
export function judge(compiled: CompiledPolicy, facts: GateFacts, now: number): Guardrail {
  const policyRevision = compiled.revision;
  const { request, decision } = facts;
  if (decision.outcome !== 'approved') return { outcome: 'skipped', results: [], policyRevision };
  if (isBreakGlassReview(request)) return { outcome: 'passed', results: [], policyRevision };
  const ruleFacts = new RuleFacts(compiled, request, riskOf(compiled, facts), { decision, now });
  const results = compiled.guardrails.map((rule) =>
    resultOf(rule, judgeRule(rule, ruleFacts), compiled, facts),
  );
  return {
    outcome: results.some(({ verdict }) => verdict === 'blocked') ? 'blocked' : 'passed',
    results,
    policyRevision,
  };
}
