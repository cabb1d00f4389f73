import { glassBreakers, type GlassBreakers } from '../break-glass/glass-breakers.js';
import { type GuardrailResult, type Request, type Route, type RouteRisk } from '@tollgate/contracts';
import { type CompiledLine, type CompiledPolicy } from '../compile/compiled-policy.js';
import { type Facts } from '../conditions/facts.js';
import { foresee, type Foreseen } from '../guardrail/preflight.js';
import { linesFor } from '../matrix/line-match.js';
import { listed, shortened } from '../quorum/quorum-words.js';
import { matchLine } from '../route/match-line.js';
import { atEffectiveRisk, resolveRoute } from '../route/resolve-route.js';

/** An earlier line for the action of a request, and why it did not match it. */
export interface PassedLine {
  readonly rule: string;
  /** For people, like `it is for high risk, and the risk is low`. */
  readonly why: string;
}

/** Why a request is decided as it is. */
export interface DecisionExplanation {
  /** The line that decides; undefined where none matches. */
  readonly line?: string;
  readonly earlier: readonly PassedLine[];
  readonly risk: RouteRisk;
  /** As the router would resolve it. */
  readonly route: Route;
  /** What each guardrail would say if the request were approved; what only time or people will tell passes, and says so. */
  readonly guardrails: readonly GuardrailResult[];
  /** Who could break the glass, where people would be asked and no guardrail keeps them from it. */
  readonly breakGlass: readonly GlassBreakers[];
}

/** How much of a condition is shown, in characters. */
const SHOWN = 200;

function whyNot(line: CompiledLine, { riskLevel, environment }: Request, facts: Facts): string {
  const reasons: string[] = [];
  if (!(line.riskLevels?.has(riskLevel) ?? true))
    reasons.push(
      `it is for ${listed([...(line.riskLevels ?? [])], 'or')} risk, and the risk is ${riskLevel}`,
    );
  if (!(line.environments?.has(environment) ?? true))
    reasons.push(
      `it is for ${listed([...(line.environments ?? [])], 'or')}, and the environment is ${environment}`,
    );
  if (reasons.length === 0 && line.when?.evaluate(facts) === false)
    reasons.push(`its condition does not hold: ${shortened(line.when.text.trim(), SHOWN)}`);
  return reasons.join('; ');
}

function resultOf({ rule: { id, strength }, says, reason }: Foreseen): GuardrailResult {
  const named = strength === 'absolute' ? { rule: id } : { rule: id, strength };
  if (says !== 'blocks') return { ...named, verdict: 'passed', reason };
  return { ...named, verdict: strength === 'advisory' ? 'advised' : 'blocked', reason };
}

/** What a revision makes of a request, step by step. */
export function explainDecision(compiled: CompiledPolicy, request: Request): DecisionExplanation {
  const { risk, request: effective, facts } = atEffectiveRisk(compiled, request);
  const match = matchLine(compiled, effective, facts);
  const lines = linesFor(compiled.lineIndex, request.action);
  const earlier = match.kind === 'none' ? lines : lines.filter(({ index }) => index < match.line.index);
  const route = resolveRoute(compiled, request);
  return {
    ...(match.kind === 'none' ? {} : { line: match.line.rule }),
    earlier: earlier.map((line) => ({ rule: line.rule, why: whyNot(line, effective, facts) })),
    risk,
    route,
    guardrails: foresee(compiled, request, risk.effective).map(resultOf),
    breakGlass: route.decider === 'people' ? glassBreakers(compiled, request) : [],
  };
}
