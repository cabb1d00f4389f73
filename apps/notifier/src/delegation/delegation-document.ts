import { type DelegationDeclared, type DelegationDocument } from '@tollgate/contracts';
import { isInForce } from '@tollgate/policy';

/**
 * A delegation as the API shows it.
 * @param now milliseconds since 1970
 */
export function delegationDocument(delegation: DelegationDeclared, now: number): DelegationDocument {
  const state = (): DelegationDocument['state'] => {
    if (delegation.revokedAt !== undefined) return 'revoked';
    if (isInForce(delegation, now)) return 'in-force';
    return now < Date.parse(delegation.startsAt) ? 'ahead' : 'ended';
  };
  return { ...delegation, state: state() };
}
