import { type Approver, type ExcludedApprover, type Request } from '@tollgate/contracts';
import { type CompiledPolicy, type Electorate } from '../compile/compiled-policy.js';
import { canBeMet } from '../quorum/can-be-met.js';

/** What {@link whoMayVote} needs of a request. */
export type Involved = Pick<Request, 'requester' | 'owner' | 'onBehalfOf'>;

/** The people whom a quorum names, told apart into those who may vote on a request and those who may not. */
export interface Voters {
  readonly approvers: Approver[];
  readonly excluded: ExcludedApprover[];
  /** Whether those who may vote can meet the quorum. */
  readonly canBeMet: boolean;
}

/** Why people may not vote on a request, by person id. */
export type Involvement = ReadonlyMap<string, string>;

/**
 * Who may not vote on a request, as they have a part in it: the requester, the owner of the credential, those the
 * request is made for. Names are compared without regard to case and against ids and identities alike, as a name can
 * only ever exclude; one that may mean several people excludes each of them.
 */
export function involvementIn(compiled: CompiledPolicy, request: Involved): Involvement {
  const reasons = new Map<string, string>();
  const exclude = (name: string, why: string): void => {
    for (const id of compiled.personsByName.get(name.toLowerCase()) ?? []) {
      const known = reasons.get(id);
      if (known === undefined) reasons.set(id, why);
      else if (!known.includes(why)) reasons.set(id, `${known} and ${why}`);
    }
  };
  exclude(request.requester, 'is the requester');
  exclude(request.owner, 'owns the credential that asks');
  for (const name of request.onBehalfOf) exclude(name, 'is who the request is made for');
  return reasons;
}

const INACTIVE = 'is not active';

/** Who may vote: those whom the quorum names, without those who have a part in the request, and the inactive. */
export function whoMayVote(electorate: Electorate, involvement: Involvement): Voters {
  const { quorum, active, inactive, people } = electorate;
  const out = ({ person }: Approver): ExcludedApprover => {
    const why = involvement.get(person);
    return { person, why: why === undefined ? INACTIVE : `${why} and ${INACTIVE}` };
  };
  if (![...involvement.keys()].some((person) => people.has(person)))
    return { approvers: [...active], excluded: inactive.map(out), canBeMet: electorate.canBeMet };
  const approvers = active.filter(({ person }) => !involvement.has(person));
  const excluded = active.flatMap(({ person }) => {
    const why = involvement.get(person);
    return why === undefined ? [] : [{ person, why }];
  });
  return {
    approvers,
    excluded: [...excluded, ...inactive.map(out)],
    canBeMet: electorate.canBeMet && (excluded.length === 0 || canBeMet(quorum, approvers)),
  };
}
