import { RISK_LEVELS } from '@tollgate/contracts';
import { Facts } from '../conditions/facts.js';
import { type CompiledRiskRule, rankOf } from './risk.js';

/** Set of risks as bits: `1 << rank`. */
export type Risks = number;
export const ALL_RISKS: Risks = (1 << RISK_LEVELS.length) - 1;

/** What a request of a cell is known by; undefined where it may be anything that no line names. */
export interface Place {
  readonly action: string | undefined;
  readonly environment: string | undefined;
}

const STATIC = ['action', 'environment', 'risk'] as const;

/** True where a condition may come out without anything but the cell. */
export const isStatic = (rule: { readonly when: CompiledRiskRule['when'] }): boolean =>
  rule.when.variables.size === 0 || STATIC.some((name) => rule.when.variables.has(name));

/**
 * The effective risks that requests of a place may have, whatever they claim: where a rule surely holds, the lower
 * ones are never seen.
 */
export function reachableRisks(rules: readonly CompiledRiskRule[], { action, environment }: Place): Risks {
  if (rules.length === 0) return ALL_RISKS;
  let reachable = 0;
  for (const [rank, claimed] of RISK_LEVELS.entries()) {
    const facts = new Facts({ action, environment, risk: claimed });
    let surely = rank;
    let maybe = 0;
    for (const rule of rules) {
      const to = rankOf(rule.raiseTo);
      if (to <= rank) continue;
      const verdict = isStatic(rule) ? rule.when.evaluate(facts) : undefined;
      if (verdict === true) surely = Math.max(surely, to);
      else if (verdict !== false) maybe |= 1 << to;
    }
    reachable |= (1 << surely) | (maybe & ~((1 << surely) - 1));
  }
  return reachable;
}
