import { type Override, type Request, type Route } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { whoIsExcluded } from '../delegation/who-is-excluded.js';
import { signInRank } from '../route/sign-in-of.js';
import { type CompiledRule } from './compiled-guardrail.js';

/** What an override is held against. */
export interface Overridden {
  readonly compiled: CompiledPolicy;
  readonly request: Request;
  readonly route: Route;
}

/** Whether a person holds one of the roles that may override a rule, or is named by it. */
export const mayOverride = (
  { people }: Pick<CompiledPolicy, 'people'>,
  { overridableBy }: Pick<CompiledRule, 'overridableBy'>,
  person: string,
): boolean => overridableBy.some((selector) => people.get(selector)?.includes(person));

/**
 * Why an override of a guardrail does not count: the one rule for the notifier, which takes it, and the gate, which trusts
 * nothing. That it was before the decision, each of them sees for itself.
 * @returns for people, like `bob is not active`; undefined where it counts
 */
export function overrideObstacle(
  rule: CompiledRule,
  { person, justification, authentication }: Omit<Override, 'guardrail' | 'at'>,
  { compiled, request, route }: Overridden,
): string | undefined {
  if (rule.strength !== 'overridable') return `it is ${rule.strength}, and nobody overrides it`;
  if (!mayOverride(compiled, rule, person)) return `${person} is none of those who may override it`;
  if (!compiled.activePeople.has(person)) return `${person} is not active`;
  const why = whoIsExcluded(compiled, { request, route }).get(person);
  if (why !== undefined) return `${person} ${why}`;
  if (justification.trim() === '') return `${person} gives no justification`;
  return signInRank(authentication) < signInRank(route.signIn)
    ? `${person} was not known as surely as the route asks for (${route.signIn})`
    : undefined;
}
