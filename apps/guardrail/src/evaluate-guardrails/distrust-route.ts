import { canonicalJson, type DecisionMade, type Route } from '@tollgate/contracts';
import { type CompiledPolicy, resolveRoute } from '@tollgate/policy';
import { isDeepStrictEqual } from 'node:util';
import { type Distrust } from './distrust.js';

/** What decides: sentences for people, and what was only shown to them, may be worded otherwise by another version. */
const decisive = ({ explanation: _words, preflight: _shown, ...route }: Route): Partial<Route> => route;

const isSame = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(one, other) || canonicalJson(one) === canonicalJson(other);

/**
 * Whether the route is the one that the revision makes of the request: by the code by which the router made it. Neither a
 * reassignment nor somebody who left changes a route: the first is a delegation, the second shows in the votes.
 * @param compiled the revision stamped on the request
 */
export function distrustRoute(
  { request, route }: DecisionMade,
  compiled: CompiledPolicy,
): Distrust | undefined {
  const expected = decisive(resolveRoute(compiled, request));
  const found = decisive(route);
  if (isSame(expected, found)) return undefined;
  const parts = new Map([...Object.entries(expected), ...Object.entries(found)]);
  const given = new Map(Object.entries(found));
  const wanted = new Map(Object.entries(expected));
  const differing = [...parts.keys()].filter(
    (name) => !isSame(wanted.get(name) ?? null, given.get(name) ?? null),
  );
  return {
    why: 'route',
    detail: `the route is not what revision ${compiled.revision} makes of the request (${differing.join(', ')})`,
  };
}
