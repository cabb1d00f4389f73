import { RISK_LEVELS, type RiskLevel } from '@tollgate/contracts';
import { compileCondition } from '../conditions/condition.js';
import { type LineMatch } from '../matrix/line-match.js';

/** What a line says, as it stands in a policy. */
export interface Says {
  readonly action: string | string[];
  readonly riskLevel: string | string[];
  readonly environment: string | string[];
  readonly when?: string | undefined;
}

const setOf = (said: string | string[]): Set<string> | undefined =>
  said === '*' ? undefined : new Set(Array.isArray(said) ? said : [said]);

/** A condition that has no fault. */
export function aCondition(text: string) {
  const compiled = compileCondition(text);
  if (!compiled.ok) throw new Error(`${text}: ${compiled.fault.message}`);
  return compiled.condition;
}

/** A line, called `line-<index>`, without its decider. */
export const lineMatch = ({ action, riskLevel, environment, when }: Says, index: number): LineMatch => ({
  rule: `line-${index}`,
  index,
  actions: setOf(action),
  riskLevels:
    setOf(riskLevel) === undefined
      ? undefined
      : new Set<RiskLevel>(RISK_LEVELS.filter((risk) => setOf(riskLevel)?.has(risk))),
  environments: setOf(environment),
  when: when === undefined ? undefined : aCondition(when),
});
