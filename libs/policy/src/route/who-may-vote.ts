import {
  type Approver,
  type ExcludedApprover,
  type QuorumExpression,
  type Request,
} from '@tollgate/contracts';
import { type CompiledPolicy } from '../compile/compiled-policy.js';
import { selectorsOf } from '../document/decide.js';

/** What {@link whoMayVote} needs of a request. */
export type Involved = Pick<Request, 'requester' | 'owner' | 'onBehalfOf'>;

/** The people whom a quorum names, told apart into those who may vote on a request and those who may not. */
export interface Electorate {
  readonly approvers: Approver[];
  readonly excluded: ExcludedApprover[];
}

/** Why people may not vote on a request, by person id. A name may mean several people; each of them is excluded. */
function involvement(compiled: CompiledPolicy, request: Involved): Map<string, string[]> {
  const reasons = new Map<string, string[]>();
  const exclude = (name: string, why: string): void => {
    for (const id of compiled.personsByName.get(name.toLowerCase()) ?? []) {
      const known = reasons.get(id) ?? [];
      if (!known.includes(why)) reasons.set(id, [...known, why]);
    }
  };
  exclude(request.requester, 'is the requester');
  exclude(request.owner, 'owns the credential that asks');
  for (const name of request.onBehalfOf) exclude(name, 'is who the request is made for');
  return reasons;
}

/**
 * Who may vote: those whom the quorum names, without the requester, the owner of the credential, those the request is
 * made for, and the inactive. Names are compared without regard to case and against ids and identities alike, as
 * a name can only ever exclude.
 */
export function whoMayVote(
  compiled: CompiledPolicy,
  quorum: QuorumExpression,
  request: Involved,
): Electorate {
  const via = new Map<string, string[]>();
  for (const selector of selectorsOf(quorum)) {
    for (const person of compiled.people.get(selector) ?? [])
      via.set(person, [...(via.get(person) ?? []), selector]);
  }
  const reasons = involvement(compiled, request);
  const approvers: Approver[] = [];
  const excluded: ExcludedApprover[] = [];
  for (const [person, selectors] of via) {
    const why = [
      ...(reasons.get(person) ?? []),
      ...(compiled.activePeople.has(person) ? [] : ['is not active']),
    ];
    if (why.length === 0) approvers.push({ person, via: selectors });
    else excluded.push({ person, why: why.join(' and ') });
  }
  return { approvers, excluded };
}
