import { type Delegation, windowOf } from './delegation.js';

/** A vote that a delegate casts, or would. */
export interface DelegatedVote {
  readonly requestId: string;
  /** The delegate. */
  readonly person: string;
  /** The approver whom they stand for. */
  readonly onBehalfOf: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a delegation is judged by. */
export interface DelegationFacts {
  /** Whom the request excludes, and why, by person. */
  readonly excluded: ReadonlyMap<string, string>;
  /** By the directory of the moment. */
  readonly isActive: (person: string) => boolean;
}

const time = (timestamp: string | undefined): string =>
  timestamp === undefined ? 'now' : new Date(timestamp).toISOString();

/** Only the person themselves gives their voice to somebody; an operator does for one request at most. */
const isEntitled = ({ from, declaredBy, declaredAs, requestId }: Delegation): boolean =>
  declaredAs === 'operator' ? requestId !== undefined : declaredBy === from;

/**
 * Why a delegation does not let a delegate vote for somebody on a request. The one rule for the notifier, which takes
 * the vote, and the gate, which trusts nothing: a delegation holds for the two whom it names, in its window, on its
 * request where it has one, while both are active, and never for somebody whom the request excludes. It says nothing of
 * the delegate's own delegates: there are no chains.
 * @returns a sentence for people; undefined where it lets them
 */
export function delegationObstacle(
  delegation: Delegation,
  { requestId, person, onBehalfOf, at }: DelegatedVote,
  { excluded, isActive }: DelegationFacts,
): string | undefined {
  const { from, to, startsAt, endsAt, revokedAt } = delegation;
  const { from: begin, until } = windowOf(delegation);
  const which = `The delegation from ${from} to ${to}`;
  if (from === to) return 'Nobody stands for themselves.';
  if (from !== onBehalfOf || to !== person) return `${which} does not let ${person} vote for ${onBehalfOf}.`;
  if (!isEntitled(delegation)) return `${which} was not declared by ${from}.`;
  if (delegation.requestId !== undefined && delegation.requestId !== requestId)
    return `${which} is for another request.`;
  const why = excluded.get(to);
  if (why !== undefined) return `${to} ${why} and may not decide on this request, for nobody.`;
  for (const each of [to, from]) {
    if (!isActive(each)) return `${which} ended, as ${each} is not active in the directory.`;
  }
  if (at < begin) return `${which} begins at ${time(startsAt)}.`;
  if (at < until) return undefined;
  return revokedAt !== undefined && Date.parse(revokedAt) <= until
    ? `${which} was revoked at ${time(revokedAt)}.`
    : `${which} ended at ${time(endsAt)}.`;
}
