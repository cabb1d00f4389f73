import { type RouteResolved } from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { involvementIn } from '../route/who-may-vote.js';

/**
 * Whom a request excludes from every say on it, and why: who has a part in it by the directory given, and whom its plan
 * excluded when it was routed.
 */
export function whoIsExcluded(
  compiled: CompiledPolicy,
  { request, route }: Pick<RouteResolved, 'request' | 'route'>,
): ReadonlyMap<string, string> {
  const planned = route.plan.flatMap(({ excluded }) =>
    excluded.map(({ person, why }): [string, string] => [person, why]),
  );
  return new Map([...planned, ...involvementIn(compiled, request)]);
}
