import { type DelegationDeclared, newEvent } from '@tollgate/contracts';
import { outgoing, type OutgoingRecord } from '@tollgate/messaging';

/** The event delegation.declared: of a declaration, or of the revocation that takes its place under the same key. */
export function delegationRecord(delegation: DelegationDeclared): OutgoingRecord {
  const { id, requestId, declaredAt, revokedAt } = delegation;
  const event = newEvent({
    topic: 'delegation.declared',
    service: 'notifier',
    key: revokedAt === undefined ? id : `${id}|revoked`,
    ...(requestId === undefined ? {} : { requestId }),
    time: revokedAt ?? declaredAt,
    data: delegation,
  });
  return outgoing(event, 'delegation.declared', { key: id });
}
