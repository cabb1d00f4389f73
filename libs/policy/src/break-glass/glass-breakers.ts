import { type Request } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { type BreakGlassSignIn } from '../document/break-glass-document.js';
import { atEffectiveRisk, resolveRoute } from '../route/resolve-route.js';
import { entitlementOf } from './break-glass.js';

/** Who could break the glass for a request by one rule. */
export interface GlassBreakers {
  readonly rule: string;
  readonly people: readonly string[];
  /** How surely they must be known, at least. */
  readonly signIn: BreakGlassSignIn;
}

/** Who could break the glass for a request, by the rule that would let them; nobody where a guardrail keeps all from it. */
export function glassBreakers(compiled: CompiledPolicy, request: Request): GlassBreakers[] {
  const { risk, request: effective, facts } = atEffectiveRisk(compiled, request);
  const people = new Set(
    compiled.breakGlass.flatMap(({ who }) =>
      who.flatMap((selector) => [...(compiled.people.get(selector) ?? [])]),
    ),
  );
  const byRule = new Map<string, string[]>();
  for (const person of people) {
    const glass = { person, justification: 'an example', authentication: 'passkey' };
    const entitlement = entitlementOf(compiled, effective, glass, risk.effective, facts);
    if (!entitlement.ok) continue;
    const { id } = entitlement.rule;
    // What keeps one of them from it keeps all of them.
    if (byRule.size === 0 && resolveRoute(compiled, { ...request, breakGlass: glass }).breakGlass !== id)
      return [];
    byRule.set(id, [...(byRule.get(id) ?? []), person]);
  }
  return compiled.breakGlass.flatMap(({ id: rule, signIn }) => {
    const found = byRule.get(rule);
    return found === undefined ? [] : [{ rule, people: found, signIn }];
  });
}
