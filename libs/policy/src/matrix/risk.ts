import { RISK_LEVELS, type RiskLevel, type RouteRisk } from '@tollgate/contracts';
import { type Condition } from '../conditions/condition.js';
import { type Facts } from '../conditions/facts.js';

/** A rule that raises the risk, checked. */
export interface CompiledRiskRule {
  readonly id: string;
  readonly when: Condition;
  readonly raiseTo: RiskLevel;
}

/** The order of risks: 0 for `low`. */
export const rankOf = (risk: RiskLevel): number => RISK_LEVELS.indexOf(risk);

/**
 * The effective risk: the highest of the claimed one and of the rules that hold. A rule that cannot be evaluated raises as
 * if it held; nothing lowers.
 * @param facts with the claimed risk
 * @returns also why rules could not be evaluated, in words
 */
export function effectiveRisk(
  rules: readonly CompiledRiskRule[],
  claimed: RiskLevel,
  facts: Facts,
): { readonly risk: RouteRisk; readonly unknown: readonly string[] } {
  let effective = claimed;
  const raisedBy: string[] = [];
  const unknown: string[] = [];
  for (const { id, when, raiseTo } of rules) {
    if (rankOf(raiseTo) <= rankOf(claimed)) continue;
    const verdict = when.evaluate(facts);
    if (verdict === false) continue;
    if (verdict !== true) unknown.push(`${id}: ${verdict.fault}`);
    raisedBy.push(id);
    if (rankOf(raiseTo) > rankOf(effective)) effective = raiseTo;
  }
  return { risk: raisedBy.length === 0 ? { claimed, effective } : { claimed, effective, raisedBy }, unknown };
}
