import { type Request, type Route } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { overrideObstacle } from './override-obstacle.js';
import { foresee } from './preflight.js';

/** A guardrail that somebody may override on a request. */
export interface Overridable {
  readonly guardrail: string;
  /** What it says of the request as things stand, for people. */
  readonly reason: string;
}

/**
 * The guardrails that would or may block a request and that a person may override, as far as it is not a matter of how
 * they are known and what they say.
 * @param compiled the revision that rules
 */
export function overridableFor(
  compiled: CompiledPolicy,
  { request, route }: { readonly request: Request; readonly route: Route },
  person: string,
): Overridable[] {
  if (!compiled.guardrails.some(({ strength }) => strength === 'overridable')) return [];
  const sure = { person, justification: 'as said', authentication: 'passkey' } as const;
  return foresee(compiled, request, route.riskLevel.effective).flatMap(({ rule, says, reason }) =>
    says === 'passes' || overrideObstacle(rule, sure, { compiled, request, route }) !== undefined
      ? []
      : [{ guardrail: rule.id, reason: says === 'open' ? `${rule.reason} (${reason})` : reason }],
  );
}
