import { type PreflightResult, type Request, type RiskLevel } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { type CompiledGuardrail, type SignOff } from './compiled-guardrail.js';
import { judgeRule, onClock, type RuleFinding } from './judge-rule.js';
import { RuleFacts } from './rule-facts.js';

/** A guardrail, and what it says before anybody decided. */
export interface Foreseen extends RuleFinding {
  readonly rule: CompiledGuardrail;
}

/**
 * What each guardrail says before anybody decided, in their order, by the very rules of the gate.
 * @param risk the effective one
 */
export function foresee(compiled: CompiledPolicy, request: Request, risk: RiskLevel): Foreseen[] {
  const facts = new RuleFacts(compiled, request, risk);
  return compiled.guardrails.map((rule) => ({ rule, ...judgeRule(rule, facts) }));
}

/** The sign-offs that a request needs: those that apply to it, and not only for the record. */
export const signOffsIn = (foreseen: readonly Foreseen[]): SignOff[] =>
  foreseen.flatMap(({ rule, says }) =>
    rule.kind === 'sign-off' && says === 'open' && rule.strength !== 'advisory' ? [rule] : [],
  );

/**
 * The first guardrail that is sure to block, where that is known before anybody is asked.
 * @param peopleAreAsked false where nobody could override it
 */
export const surelyBlocked = (foreseen: readonly Foreseen[], peopleAreAsked: boolean): Foreseen | undefined =>
  foreseen.find(
    ({ rule, says }) =>
      says === 'blocks' && (rule.deniesBeforehand || (rule.strength === 'overridable' && !peopleAreAsked)),
  );

/** How a window may come in the way of a request that is decided and used between two instants, in words. */
function windowAhead(
  { window, mode, reason }: Extract<CompiledGuardrail, { kind: 'window' }>,
  from: number,
  to: number,
): string | undefined {
  const { zone } = window.parts;
  if (mode === 'maintenance') {
    if (window.at(from) !== undefined && (window.endOf(from) ?? to) >= to) return undefined;
    const next = window.firstWithin(from, to);
    const when = next === undefined ? 'none is near' : `the next is at ${onClock(next, zone)}`;
    return `${reason} (only within the maintenance window: ${next === from ? 'it is open now' : when}, ${zone})`;
  }
  const frozen = window.firstWithin(from, to);
  if (frozen === undefined) return undefined;
  const end = window.endOf(frozen);
  const until = end === undefined ? '' : `, until ${onClock(end, zone)}`;
  return `${reason} (a freeze: ${frozen === from ? 'now' : `from ${onClock(frozen, zone)}`}${until}, ${zone})`;
}

/** What it says for people who are asked; undefined where there is nothing to say. */
function shownOf({ rule, says, reason }: Foreseen, from: number, to: number): PreflightResult | undefined {
  const named = {
    guardrail: rule.id,
    ...(rule.strength === 'absolute' ? {} : { strength: rule.strength }),
  };
  if (says === 'blocks') return { ...named, verdict: 'blocked', reason };
  if (says === 'passes') return rule.warns ? { ...named, verdict: 'passed', reason } : undefined;
  const ahead = rule.kind === 'window' ? windowAhead(rule, from, to) : undefined;
  return ahead === undefined ? undefined : { ...named, verdict: 'possible', reason: ahead };
}

/**
 * What people are shown of the guardrails beforehand: what would block, what may come in the way between two instants
 * (`possible`), and what passes where the rule warns.
 * @param from milliseconds since 1970: when it was asked
 * @param to milliseconds since 1970: until when it may be decided and used
 */
export const preflight = (foreseen: readonly Foreseen[], from: number, to: number): PreflightResult[] =>
  foreseen.flatMap((one) => shownOf(one, from, to) ?? []);
